import { expect, test } from 'vitest'
import { type AccountId, type AgencyId, type CreatorId, createIds } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { samplePart, samplePublication } from '../publishing/proof/sample-records.ts'
import type { Change } from '../publishing/publishing-store.ts'
import { editPost } from './change-post.ts'
import { createPost } from './create-post.ts'
import type { NewPost, PostMaterial, PostStore, StoredPost } from './post-store.ts'

const agencyId = 'agency' as AgencyId
const adapter: PlatformAdapter = {
  platform: 'listing',
  displayName: 'Listing',
  limits: { textLengthMax: 280, source: 'https://example.com', checkedOn: '2026-11-25' },
  checkPart: () => [],
  publish: async () => ({ status: 'published', externalId: '1' }),
}
const account = {
  id: 'account' as AccountId,
  creatorId: 'creator' as CreatorId,
  platform: 'listing',
  externalId: 'ada',
  username: 'ada',
}
const material: PostMaterial = { now: 0, approval: 'none', existing: null, accounts: [account], assets: [], facts: [] }

test('a reply that an edit leaves as it was can be taken for the same as before', async () => {
  let count = 0
  const countUp = (bytes: Uint8Array): Uint8Array => {
    count += 1
    return bytes.fill(count)
  }
  const createId = createIds({ now: () => 0, random: countUp })
  const adapters = new Map([['listing', adapter]])
  let created: NewPost | undefined
  const creation = {
    readMaterial: async () => material,
    create: async (_agencyId: AgencyId, post: NewPost) => {
      created = post
      return { status: 'created' as const, postId: post.id }
    },
  }
  const factsOf = () => async () => undefined
  await createPost(
    { agencyId, creation, adapters, createId, factsOf },
    { to: [account.id], parts: [{ text: 'One' }, { text: 'two' }] },
  )
  const [stored] = created?.publications ?? []
  if (!created || !stored) throw new Error('nothing was stored')
  const publication = samplePublication({
    id: stored.id,
    accountId: account.id,
    parts: stored.parts.map(({ request: _, ...part }) => samplePart(part)),
  })
  const post = { id: created.id, revision: 1, content: created.content } as StoredPost
  let change: Change | undefined
  const store = {
    find: async () => post,
    readMaterial: async () => material,
    command: async (_post: object, decide: Parameters<PostStore['command']>[1]) => {
      change = decide(post, [publication], 0)?.changes.get(publication.id)
      return true
    },
  } as unknown as PostStore
  const input = { parts: [{ text: 'Another one' }, { text: 'two' }] }
  await editPost({ store, adapters, createId, factsOf }, { agencyId, id: created.id, input })
  const [first, second] = change?.publication.parts ?? []
  expect(first?.likeness).not.toBe(publication.parts[0]?.likeness)
  expect(second?.likeness).toBe(publication.parts[1]?.likeness)
})
