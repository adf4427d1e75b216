import { context, propagation } from '@opentelemetry/api'
import type { AgencyId, CreateId, PostId } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { fingerprintOf } from '../publishing/fingerprint.ts'
import { LATEST_BY_MS } from '../publishing/timing.ts'
import { SocialError } from '../social-error.ts'
import { type PostQuote, toPostQuote } from '../spending/post-quote.ts'
import { type DestinationPlan, type FactsOf, planPost } from './plan-post.ts'
import { type CreateInput, type PostContent, parseCreate, requireSchedule } from './post-input.ts'
import { toMaterialQuery } from './post-references.ts'
import type { NewPost, PostCreation, PostMaterial } from './post-store.ts'
import type { CreatedPost } from './posts.ts'
import { parseSchedule, type Schedule } from './schedule.ts'
import { toNewPublication } from './to-new-publication.ts'
import { type FindAlike, warnOfRepetition } from './warn-of-repetition.ts'

export interface CreatePostDependencies {
  readonly agencyId: AgencyId
  readonly creation: PostCreation
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly createId: CreateId
  readonly factsOf: (material: PostMaterial) => FactsOf
  /** Absent: only what the post repeats itself is found. */
  readonly findAlike?: FindAlike
}

/** Checks and stores a post in one statement (S13). Nothing is stored when anything is wrong. */
export async function createPost(
  dependencies: CreatePostDependencies,
  input: unknown,
): Promise<Pick<CreatedPost, 'id' | 'quote' | 'warnings'>> {
  const { agencyId, creation, adapters, createId } = dependencies
  const parsed = parseCreate(input)
  const schedule = readSchedule(parsed)
  const content = toContent(parsed)
  const inputHash = hashInput(parsed)
  const material = await creation.readMaterial(agencyId, { ...toMaterialQuery(content), key: parsed.key })
  // Before anything is checked: what was accepted once stays accepted, whatever a platform would say now (rule 20).
  if (material.existing) {
    if (material.existing.inputHash !== inputHash) throw toKeyConflict(parsed, material.existing.postId)
    return { id: material.existing.postId, quote: null, warnings: [] }
  }
  refusePast(parsed, schedule, material)
  const plans = await planPost({ content, material, adapters, factsOf: dependencies.factsOf(material) })
  refuseProblems(plans)
  const warnings = await warnOfRepetition(plans, schedule?.at ?? material.now, dependencies.findAlike)
  const post = toNewPost(createId, { parsed, content, inputHash, schedule, plans, agencyApproval: material.approval })
  const created = await creation.create(agencyId, post)
  if (created.status === 'key_conflict') throw toKeyConflict(parsed, created.postId)
  return { id: created.postId, quote: quoteOf(plans, material.now), warnings }
}

/** What all destinations cost together, at the prices of a moment. */
export function quoteOf(plans: readonly DestinationPlan[], now: number): PostQuote {
  return toPostQuote(
    plans.flatMap(({ uses }) => (uses ? [uses] : [])),
    now,
  )
}

function toKeyConflict({ key }: CreateInput, postId: PostId): SocialError {
  return new SocialError('key_conflict', `The key ${key} belongs to another post, ${postId}, with other content.`)
}

/** Of the validated input without defaults: what the key protects. */
function hashInput({ key: _key, by: _by, ...protectedInput }: CreateInput): string {
  const { at } = protectedInput
  return fingerprintOf({ ...protectedInput, at: at instanceof Date ? at.toISOString() : at })
}

/** Null: now. */
export const readSchedule = ({ at }: CreateInput): Schedule | null =>
  at === undefined ? null : requireSchedule(parseSchedule(at))

/** A post that could only be missed is a mistake. */
export function refusePast(
  { latestByMs = LATEST_BY_MS }: CreateInput,
  schedule: Schedule | null,
  material: PostMaterial,
): void {
  if (schedule === null || schedule.at + latestByMs > material.now) return
  const message = `at is so long ago that the post could only be missed: it may be ${Math.round(latestByMs / 60_000)} minutes late.`
  throw new SocialError('invalid_input', message, { problems: [{ path: 'at', code: 'in_the_past', message }] })
}

/** @throws {SocialError} `invalid_post` with all problems of all destinations. */
export function refuseProblems(plans: readonly DestinationPlan[]): void {
  const problems = plans.flatMap((plan) => plan.problems)
  if (problems.length === 0) return
  throw new SocialError('invalid_post', problems.map(({ message }) => message).join(' '), { problems })
}

export function toContent({ to, text, assets, parts, comment, rating }: PostContent): PostContent {
  const content = { to, text, assets, parts, comment, rating }
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined)) as PostContent
}

interface CheckedInput {
  readonly parsed: CreateInput
  readonly content: PostContent
  readonly inputHash: string
  readonly schedule: Schedule | null
  readonly plans: readonly DestinationPlan[]
  readonly agencyApproval: PostMaterial['approval']
}

function toNewPost(createId: CreateId, checked: CheckedInput): NewPost {
  const { parsed, content, inputHash, schedule, plans, agencyApproval } = checked
  const approval = parsed.approval ?? agencyApproval
  const { key, by } = parsed
  const [first] = plans
  if (!first) throw new Error('a post without destinations')
  const trace: Record<string, string> = {}
  propagation.inject(context.active(), trace)
  return {
    id: createId('post'),
    creatorId: first.account.creatorId,
    key: key ?? null,
    inputHash,
    revisionHash: fingerprintOf(content),
    content,
    at: schedule?.at ?? null,
    wallTime: schedule?.wallTime ?? null,
    timeZone: schedule?.timeZone ?? null,
    rating: parsed.rating ?? 'general',
    approval,
    state: parsed.draft ? 'draft' : approval === 'required' ? 'awaiting_approval' : 'scheduled',
    latestByMs: parsed.latestByMs ?? LATEST_BY_MS,
    trace: Object.keys(trace).length > 0 ? trace : null,
    by: by ?? 'app',
    publications: plans.map((plan) => toNewPublication(plan, createId)),
  }
}
