import fc from 'fast-check'
import type { AgencyId, CreateId, PostId } from '../../model/ids.ts'
import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import { editPost } from '../../posts/change-post.ts'
import { createPost } from '../../posts/create-post.ts'
import type { PostCreation, PostStore } from '../../posts/post-store.ts'
import { isSocialError } from '../../social-error.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { must, prove, type RuleProof } from './rule-proof.ts'

/** Where posts are created: an account in a real store. */
export interface KeyRig {
  readonly posts: PostStore
  readonly agencyId: AgencyId
  readonly accountId: string
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly createId: CreateId
}

type Creation = (posts: PostStore) => PostCreation

const texts = fc.constantFrom('First light', 'Last light')
const operations = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('create' as const), key: fc.nat(1), text: texts, callers: fc.constantFrom(1, 2) }),
    fc.record({ does: fc.constant('edit' as const), key: fc.nat(1), text: texts }),
  ),
  { minLength: 2, maxLength: 8 },
)

/** One post of a key, whoever creates it how often, and whatever became of it since; another input is refused. */
const onePostOfAKey = (rig: KeyRig) => (creation: Creation) =>
  fc.asyncProperty(operations, async (drawn) => {
    const prefix = rig.createId('post')
    const known = new Map<number, { readonly id: PostId; readonly text: string }>()
    for (const operation of drawn) {
      const post = known.get(operation.key)
      if (operation.does === 'edit') {
        if (post) await edit(rig, post.id, operation.text)
        continue
      }
      const input = { to: [rig.accountId], text: operation.text, key: `${prefix}-${operation.key}` }
      const callers = Array.from({ length: operation.callers }, () => create(rig, creation, input))
      for (const answer of await Promise.all(callers)) {
        const first = known.get(operation.key)
        const expected = first && (first.text === operation.text ? first.id : 'key_conflict')
        must(expected === undefined || answer === expected, `${answer} instead of ${expected}`)
        if (!first && answer !== 'key_conflict') known.set(operation.key, { id: answer, text: operation.text })
      }
    }
  })

async function create(rig: KeyRig, creation: Creation, input: unknown): Promise<PostId | 'key_conflict'> {
  const { agencyId, adapters, createId, posts } = rig
  const factsOf = () => async () => undefined
  try {
    return (await createPost({ agencyId, creation: creation(posts), adapters, createId, factsOf }, input)).id
  } catch (error) {
    if (isSocialError(error) && error.code === 'key_conflict') return 'key_conflict'
    throw error
  }
}

async function edit({ posts, adapters, createId, agencyId }: KeyRig, id: PostId, text: string): Promise<void> {
  const factsOf = () => async () => undefined
  await editPost({ store: posts, adapters, createId, factsOf }, { agencyId, id, input: { text } })
}

/** Rule 20, what a key protects. */
export const proveKey = (rig: KeyRig): readonly RuleProof[] =>
  prove(
    20,
    'a key gives one post, and its own input only',
    onePostOfAKey(rig),
    (posts: PostStore): PostCreation => posts,
    {
      'the present content is compared': (posts) => ({
        ...posts,
        async readMaterial(agencyId, query) {
          const material = await posts.readMaterial(agencyId, query)
          const { existing } = material
          const post = existing && (await posts.find(agencyId, existing.postId))
          return post
            ? { ...material, existing: { postId: post.id, inputHash: fingerprintOf(post.content) } }
            : material
        },
      }),
      'the key is not stored with the post': (posts) => ({
        ...posts,
        create: (agencyId, post) => posts.create(agencyId, { ...post, key: null }),
      }),
      'the input is not compared': (posts) => ({
        readMaterial: async (agencyId, query) => ({ ...(await posts.readMaterial(agencyId, query)), existing: null }),
        create: async (agencyId, post) => ({ ...(await posts.create(agencyId, post)), status: 'existing' }),
      }),
    },
  )
