import * as z from 'zod'
import type { CreatorStore } from '../creators/creator-store.ts'
import type { Page } from '../creators/creators.ts'
import { pageFields, readPage } from '../creators/page.ts'
import { creatorField, findCreator } from '../creators/resolve-creator.ts'
import { type AgencyId, isId, type PostId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { PublicationStore } from '../publications/publication-store.ts'
import { toPublication } from '../publications/to-publication.ts'
import { inSpan } from '../publishing/observe.ts'
import { SocialError } from '../social-error.ts'
import { attributeNames, spanNames } from '../telemetry.ts'
import type * as changePost from './change-post.ts'
import type { ChangePostDependencies, PostCall } from './change-post.ts'
import { createPost, quoteOf, readSchedule, refusePast, toContent } from './create-post.ts'
import { planPost } from './plan-post.ts'
import { parseCreate } from './post-input.ts'
import { toMaterialQuery } from './post-references.ts'
import type { PostMaterial, StoredPost } from './post-store.ts'
import type { CheckedPost, CreatedPost, Post, Posts } from './posts.ts'
import { type FindAlike, warnOfRepetition } from './warn-of-repetition.ts'

export interface PostsDependencies extends ChangePostDependencies {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly creators: CreatorStore
  readonly publications: PublicationStore
  /** Something may be due now. */
  readonly wake: () => void
}

type ChangePost = (dependencies: ChangePostDependencies, call: PostCall) => Promise<void>

/** What changes a post is loaded with the first change. */
const loadCommands = (): Promise<typeof changePost> => import('./change-post.ts')

const listInput = once(() => z.strictObject({ ...pageFields('post'), creator: creatorField().optional() }).default({}))

/** Posts of one agency. */
export function createPosts(dependencies: PostsDependencies): Posts {
  const { readAgencyId, wake } = dependencies
  const callOf = async (id: string, input: unknown): Promise<PostCall> => ({
    agencyId: await readAgencyId(),
    id: requireId(id),
    input,
  })
  const get = (id: string): Promise<Post> => readPost(dependencies, id)
  const command =
    (commandOf: (commands: typeof changePost) => ChangePost) =>
    async (id: string, options?: unknown): Promise<Post> => {
      const run = commandOf(await loadCommands())
      await run(dependencies, await callOf(id, options))
      wake()
      return get(id)
    }
  return {
    check: (input) => checkPost(dependencies, input),
    create: (input) => createAndRead(dependencies, input),
    get,
    list: (query) => listPosts(dependencies, query),
    submit: command(({ submitPost }) => submitPost),
    async edit(id, changes) {
      const { editPost } = await loadCommands()
      const warnings = await editPost(dependencies, await callOf(id, changes))
      wake()
      return { ...(await get(id)), warnings }
    },
    approve: command(({ approvePost }) => approvePost),
    withdrawApproval: command(({ withdrawPostApproval }) => withdrawPostApproval),
    reschedule: command(({ reschedulePost }) => reschedulePost),
    async cancel(id, options) {
      const { cancelPost } = await loadCommands()
      const results = await cancelPost(dependencies, await callOf(id, options))
      wake()
      return results
    },
  }
}

function requireId(id: string): PostId {
  if (isId('post', id)) return id
  throw new SocialError('not_found', `There is no post ${id}.`)
}

async function readPost({ readAgencyId, store, publications }: PostsDependencies, id: string): Promise<Post> {
  const agencyId = await readAgencyId()
  const found = await store.find(agencyId, requireId(id))
  if (!found) throw new SocialError('not_found', `There is no post ${id}.`)
  return toPost(found, await publications.listOfPost(agencyId, found.id))
}

async function checkPost(dependencies: PostsDependencies, input: unknown): Promise<CheckedPost> {
  const { readAgencyId, store, adapters, factsOf } = dependencies
  const agencyId = await readAgencyId()
  const parsed = parseCreate(input)
  const schedule = readSchedule(parsed)
  const content = toContent(parsed)
  const material = await store.readMaterial(agencyId, toMaterialQuery(content))
  refusePast(parsed, schedule, material)
  const plans = await planPost({ content, material, adapters, factsOf: factsOf(agencyId, material) })
  const findAlike: FindAlike = (query) => store.findAlike(agencyId, query)
  const warnings = await warnOfRepetition(plans, schedule?.at ?? material.now, findAlike)
  return { problems: plans.flatMap((plan) => plan.problems), warnings, quote: quoteOf(plans, material.now) }
}

async function createAndRead(dependencies: PostsDependencies, input: unknown): Promise<CreatedPost> {
  const { readAgencyId, store, adapters, createId, wake } = dependencies
  const agencyId = await readAgencyId()
  return inSpan(spanNames.createPost, { [attributeNames.agencyId]: agencyId }, async () => {
    const factsOf = (material: PostMaterial) => dependencies.factsOf(agencyId, material)
    const findAlike: FindAlike = (query) => store.findAlike(agencyId, query)
    const creation = { agencyId, creation: store, adapters, createId, factsOf, findAlike }
    const { id, quote, warnings } = await createPost(creation, input)
    wake()
    return { ...(await readPost(dependencies, id)), quote, warnings }
  })
}

async function listPosts(dependencies: PostsDependencies, query: unknown): Promise<Page<Post>> {
  const { readAgencyId, store, creators, publications } = dependencies
  const { creator, ...window } = parseInput(listInput(), query)
  const agencyId = await readAgencyId()
  const owner = creator === undefined ? undefined : await findCreator(creators, agencyId, creator)
  if (owner === null) return { items: [], next: null }
  const page = await readPage<StoredPost>(window, (part) =>
    store.list(agencyId, { ...part, ...(owner && { creatorId: owner.id }) }),
  )
  const items = await Promise.all(
    page.items.map(async (post) => toPost(post, await publications.listOfPost(agencyId, post.id))),
  )
  return { items, next: page.next }
}

export function toPost(post: StoredPost, publications: readonly Parameters<typeof toPublication>[0][]): Post {
  const {
    id,
    creatorId,
    key,
    revision,
    revisionHash,
    at,
    wallTime,
    timeZone,
    rating,
    approval,
    approvedRevision,
    createdAt,
  } = post
  return {
    id,
    creatorId,
    key,
    revision,
    revisionHash,
    at: new Date(at),
    schedule: wallTime !== null && timeZone !== null ? { wallTime, timeZone } : null,
    rating,
    approval,
    approvedRevision,
    publications: publications.map(toPublication),
    createdAt: new Date(createdAt),
  }
}
