import type { AgencyId, CreateId, PostId, PublicationId } from '../model/ids.ts'
import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { approve, cancel, edit, reschedule, submit, type Verdict, withdrawApproval } from '../publishing/commands.ts'
import { fingerprintOf } from '../publishing/fingerprint.ts'
import { createFreshPart } from '../publishing/fresh-part.ts'
import type { Change } from '../publishing/publishing-store.ts'
import { SocialError } from '../social-error.ts'
import { refuseProblems, toContent } from './create-post.ts'
import { type DestinationPlan, type FactsOf, planPost } from './plan-post.ts'
import { type EditInput, type PostContent, parseApprove, parseBy, parseEdit, parseReschedule } from './post-input.ts'
import { toMaterialQuery } from './post-references.ts'
import type { NewPublication, PostChanges, PostDecision, PostMaterial, PostStore, StoredPost } from './post-store.ts'
import type { CancelResult, DestinationWarning } from './posts.ts'
import { toNewPublication } from './to-new-publication.ts'
import { warnOfRepetition } from './warn-of-repetition.ts'

export interface ChangePostDependencies {
  readonly store: PostStore
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly createId: CreateId
  readonly factsOf: (agencyId: AgencyId, material: PostMaterial) => FactsOf
}

/** Which post, and what the caller wants of it. */
export interface PostCall {
  readonly agencyId: AgencyId
  readonly id: PostId
  readonly input: unknown
}

type ChangePost = (dependencies: ChangePostDependencies, call: PostCall) => Promise<void>

/** A draft becomes scheduled, or waits for approval. */
export const submitPost: ChangePost = ({ store }, { input, ...post }) => {
  const by = parseBy(input)
  return decideAll(store, { ...post, by }, (publication, now) => submit(publication, now, by))
}

export const approvePost: ChangePost = ({ store }, { input, ...post }) => {
  const { revisionHash, by = 'app' } = parseApprove(input)
  return decideAll(
    store,
    { ...post, by, toPostChanges: ({ revision }) => ({ approvedRevision: revision }) },
    (publication, now) => approve(publication, now, by, revisionHash),
  )
}

export const withdrawPostApproval: ChangePost = ({ store }, { input, ...post }) => {
  const by = parseBy(input)
  return decideAll(
    store,
    { ...post, by, toPostChanges: () => ({ approvedRevision: null, approval: 'required' }) },
    (publication, now) => withdrawApproval(publication, now, by),
  )
}

export const reschedulePost: ChangePost = ({ store }, { input, ...call }) => {
  const { schedule, latestByMs, by } = parseReschedule(input)
  const toPostChanges = (post: StoredPost): PostChanges => ({
    ...schedule,
    latestByMs: latestByMs ?? post.latestByMs,
  })
  return decideAll(store, { ...call, by, toPostChanges }, (publication, now, post) =>
    reschedule(publication, now, by, { dueAt: schedule.at, latestBy: schedule.at + (latestByMs ?? post.latestByMs) }),
  )
}

/** All or nothing: when one publication refuses, nothing changes. */
async function decideAll(
  store: PostStore,
  { toPostChanges, ...command }: PostCommand,
  decide: (publication: PublicationRecord, now: number, post: StoredPost) => Verdict,
): Promise<void> {
  let refused: Verdict['refused']
  const known = await store.command(command, (post, publications, now) => {
    const verdicts = publications.map((publication) => ({
      id: publication.id,
      verdict: decide(publication, now, post),
    }))
    refused = verdicts.find(({ verdict }) => verdict.refused)?.verdict.refused
    if (refused) return null
    return { post: toPostChanges?.(post) ?? {}, changes: toChanges(verdicts) }
  })
  if (!known) throw toNotFound(command.id)
  if (refused) throw toRefusal(refused)
}

interface PostCommand extends Omit<PostCall, 'input'> {
  readonly by: string
  readonly toPostChanges?: (post: StoredPost) => PostChanges
}

function toChanges(
  verdicts: readonly { readonly id: PublicationId; readonly verdict: Verdict }[],
): ReadonlyMap<PublicationId, Change> {
  return new Map(verdicts.flatMap(({ id, verdict }) => (verdict.change ? [[id, verdict.change] as const] : [])))
}

const toNotFound = (id: PostId): SocialError => new SocialError('not_found', `There is no post ${id}.`)

const toRefusal = ({ code, message, offers = [] }: NonNullable<Verdict['refused']>): SocialError =>
  new SocialError(code, message, { offers })

/** Each publication has its own answer. */
export async function cancelPost(
  { store, adapters }: ChangePostDependencies,
  { input, ...post }: PostCall,
): Promise<readonly CancelResult[]> {
  const by = parseBy(input)
  let results: readonly CancelResult[] = []
  const known = await store.command({ ...post, by }, (_post, publications, now) => {
    const verdicts = publications.map((publication) => {
      const keyed = adapters.get(publication.platform)?.idempotentForMs !== undefined
      return { id: publication.id, ...cancel(publication, now, by, keyed) }
    })
    results = verdicts.map((verdict) => ({ publicationId: verdict.id, result: verdict.result }))
    return {
      changes: new Map(verdicts.flatMap((verdict) => (verdict.change ? [[verdict.id, verdict.change] as const] : []))),
    }
  })
  if (!known) throw toNotFound(post.id)
  return results
}

/**
 * A new revision, checked like a new post; the destinations stay. Changes that change nothing keep the revision, and with it the approval. Answers what
 * the post repeats now.
 */
export async function editPost(
  dependencies: ChangePostDependencies,
  { agencyId, id, input }: PostCall,
): Promise<readonly DestinationWarning[]> {
  const { store, adapters } = dependencies
  const changes = parseEdit(input)
  const before = await store.find(agencyId, id)
  if (!before) throw toNotFound(id)
  refuseUnknownAccounts(before.content, changes)
  const content = mergeContent(before.content, changes)
  const hash = fingerprintOf(content)
  if (hash === fingerprintOf(before.content)) return []
  const material = await store.readMaterial(agencyId, toMaterialQuery(content))
  const plans = await planPost({ content, material, adapters, factsOf: dependencies.factsOf(agencyId, material) })
  refuseProblems(plans)
  const warnings = await warnOfRepetition(plans, Math.max(before.at, material.now), (query) =>
    store.findAlike(agencyId, { ...query, exceptPostId: id }),
  )
  await storeEdit(dependencies, { agencyId, id, by: changes.by ?? 'app' }, { before, content, hash, plans })
  return warnings
}

interface CheckedEdit {
  readonly before: StoredPost
  readonly content: PostContent
  readonly hash: string
  readonly plans: readonly DestinationPlan[]
}

/** All or nothing, and only on the revision that was edited. */
async function storeEdit(
  { store, createId }: ChangePostDependencies,
  command: Parameters<PostStore['command']>[0],
  { before, content, hash, plans }: CheckedEdit,
): Promise<void> {
  let refused: Verdict['refused']
  const known = await store.command(command, (post, publications, now): PostDecision | null => {
    if (post.revision !== before.revision) {
      refused = { code: 'stale_revision', message: 'The post was edited meanwhile: read it again.' }
      return null
    }
    const number = post.revision + 1
    const drafts = publications.map((publication) => ({ publication, draft: toDraft(plans, publication, createId) }))
    const verdicts = drafts.map(({ publication, draft: { leadMs, parts } }) => {
      const edited = { revision: number, revisionHash: hash, leadMs, parts: parts.map(toPart) }
      return { id: publication.id, verdict: edit(publication, now, command.by, edited) }
    })
    refused = verdicts.find(({ verdict }) => verdict.refused)?.verdict.refused
    if (refused) return null
    const contents = new Map(
      drafts.map(({ publication, draft }) => [publication.id, draft.parts.map((part) => part.request)]),
    )
    const revision = { number, hash, content, rating: content.rating ?? 'general' }
    return { post: { revision, approvedRevision: null }, changes: toChanges(verdicts), contents }
  })
  if (!known) throw toNotFound(command.id)
  if (refused) throw toRefusal(refused)
}

/** What the edited post is on one of its destinations: under the id that it has, by which its replies are told apart. */
function toDraft(
  plans: readonly DestinationPlan[],
  { id, accountId, target }: PublicationRecord,
  createId: CreateId,
): NewPublication {
  const plan = plans.find((candidate) => candidate.account.id === accountId && candidate.target === target)
  if (!plan) throw new Error(`publication ${id} has no destination in its post`)
  return toNewPublication(plan, createId, id)
}

const toPart = ({ request: _request, ...part }: NewPublication['parts'][number]): PartRecord => createFreshPart(part)

/** @throws {SocialError} `invalid_input` for settings of an account that the post does not go to. */
function refuseUnknownAccounts(content: PostContent, changes: EditInput): void {
  const accounts = content.to.map((item) => (typeof item === 'string' ? item : item.account))
  const problems = Object.keys(changes.settings ?? {})
    .filter((id) => !accounts.includes(id))
    .map((id) => ({
      path: `settings/${id}`,
      code: 'unknown_account',
      message: `settings/${id}: the post does not go to this account.`,
    }))
  if (problems.length > 0)
    throw new SocialError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
}

/** Text and assets replace parts, and the other way round; a comment of null is taken away. `settings` are by account id. */
function mergeContent(content: PostContent, changes: EditInput): PostContent {
  const { by: _by, settings, comment, ...fields } = changes
  const flat = fields.text !== undefined || fields.assets !== undefined
  const { parts, text, assets, ...rest } = content
  const base = flat ? { ...rest, text, assets } : fields.parts ? { ...rest, parts } : content
  const to = content.to.map((item) => {
    const destination = typeof item === 'string' ? { account: item } : item
    const own = settings?.[destination.account]
    return own === undefined ? item : { ...destination, settings: own }
  })
  return toContent({
    ...base,
    ...fields,
    to,
    comment: comment === undefined ? content.comment : (comment ?? undefined),
  })
}
