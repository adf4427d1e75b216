import { describe, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import { toSocialStore } from './store-ports.ts'
import { createTestSocial } from './testing/create-test-social.ts'
import { createScriptedPlatform } from './testing/scripted/scripted-platform.ts'

describe('createSocial', () => {
  test('publishes what was created, tells the app, and explains every step', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const told: string[] = []
    await social.on('publication.*', (event) => void told.push(event.type))
    const post = await social.posts.create({ to: [account.id], text: 'First light', key: 'order-981' })
    await social.settle()
    const publication = await social.publications.get(post.publications[0]?.id ?? '')
    expect(publication).toMatchObject({
      state: 'published',
      platform: 'scripted',
      parts: [{ state: 'published', attempts: [{ number: 1, outcome: 'published', request: 'POST /posts' }] }],
    })
    expect(social.platform.posts().map((live) => live.text)).toEqual(['First light'])
    expect(told).toEqual(
      expect.arrayContaining([
        'publication.scheduled',
        'publication.publishing',
        'publication.part_published',
        'publication.published',
      ]),
    )
    expect((await social.publications.history(publication.id)).map((entry) => entry.type)).toContain(
      'publication.published',
    )
  })

  test('refuses a limit of posts that could not be counted', () => {
    const { adapter } = createScriptedPlatform('synchronous', { now: () => 0 })
    const limit = { name: 'posts in an hour', scope: 'account' as const, max: 0, perMs: 3_600_000 }
    const adapters = [{ ...adapter, publishLimits: [limit] }]
    const store = toSocialStore({} as Parameters<typeof toSocialStore>[0])
    const create = () =>
      createSocial({
        store,
        adapters,
        apps: {},
        secretKey: Buffer.from('only for tests, 32 bytes exactly').toString('base64'),
      })
    expect(create).toThrow(
      expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining(limit.name) }),
    )
  })

  test.each([
    [{ maxMs: -1 }, 'maxMs is -1'],
    [{ maxMs: Number.NaN }, 'maxMs is NaN'],
    [{ maxMs: Number.POSITIVE_INFINITY }, 'maxMs is Infinity'],
    [{ maxMs: 86_400_001 }, 'maxMs is 86400001'],
    [{ maxMs: '5' }, 'maxMs is no number'],
    [{}, 'maxMs is missing'],
    [undefined, 'maxMs is missing'],
  ])('refuses a tick of no length that can pass: %j', async (options, problem) => {
    const social = await createTestSocial()
    const message = `${problem}; it must be a number of milliseconds from 0 to 86400000, a day.`
    await expect(social.tick(options as never)).rejects.toThrow(new TypeError(message))
  })

  test.each([
    [-1, 'is -1'],
    [Number.NaN, 'is NaN'],
    [Number.POSITIVE_INFINITY, 'is Infinity'],
    ['60s', 'is no number'],
  ])('refuses to stop with a grace that cannot be kept, and goes on: %j', async (graceMs, problem) => {
    const social = await createTestSocial()
    const message = `graceMs ${problem}; it must be a number of milliseconds from 0 to 86400000, a day.`
    await expect(social.stop({ graceMs: graceMs as never })).rejects.toThrow(new TypeError(message))
    const account = await social.addAccount({ creator: 'ada' })
    await social.posts.create({ to: [account.id], text: 'First light' })
    await social.settle()
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('finds a post whose answer was lost, and does not send it again', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    social.platform.fail('publish', { kind: 'accept_then_lose' })
    const post = await social.posts.create({ to: [account.id], text: 'A fault' })
    await social.settle()
    const id = post.publications[0]?.id ?? ''
    expect((await social.publications.get(id)).parts[0]).toMatchObject({
      state: 'unknown',
      reason: { code: 'outcome_unknown' },
    })
    await social.advance('1min')
    expect((await social.publications.get(id)).state).toBe('published')
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('waits for its time, and can be edited and canceled until then', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const at = new Date(social.now().getTime() + 3_600_000)
    const post = await social.posts.create({ to: [account.id], text: 'Later', at })
    await social.advance('30min')
    expect(social.platform.posts()).toEqual([])
    const edited = await social.posts.edit(post.id, { text: 'Later, edited' })
    expect(edited).toMatchObject({
      revision: 2,
      publications: [{ state: 'scheduled', parts: [{ text: 'Later, edited' }] }],
    })
    await social.advance('31min')
    expect(social.platform.posts().map((live) => live.text)).toEqual(['Later, edited'])
    await expect(social.posts.edit(post.id, { text: 'Too late' })).rejects.toMatchObject({
      code: 'too_late',
      offers: ['remove'],
    })
    const other = await social.posts.create({
      to: [account.id],
      text: 'Never',
      at: new Date(social.now().getTime() + 60_000),
    })
    expect(await social.posts.cancel(other.id)).toMatchObject([{ result: 'canceled' }])
    await social.advance('1d')
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('publishes a thread and a first comment, each a reply to the part before', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    await social.posts.create({ to: [account.id], parts: [{ text: 'one' }, { text: 'two' }], comment: 'Link in bio' })
    await social.settle()
    const live = social.platform.posts()
    expect(live.map(({ text, parentId }) => [text, parentId])).toEqual([
      ['one', null],
      ['two', live[0]?.id],
      ['Link in bio', live[1]?.id],
    ])
  })

  test('refuses with all problems at once, and stores nothing', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const input = { to: [account.id], parts: [{ text: 'x'.repeat(300) }, { text: '' }] }
    const { problems } = await social.posts.check(input)
    expect(problems).toMatchObject([
      { path: 'parts/0/text', code: 'too_long', limit: 280, actual: 300, fix: 'shorten', platform: 'scripted' },
      { path: 'parts/1/text', code: 'empty' },
    ])
    await expect(social.posts.create(input)).rejects.toMatchObject({ code: 'invalid_post', problems })
    expect((await social.posts.list()).items).toEqual([])
  })

  test('returns the same post for the same key and input, and refuses another input', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const input = { to: [account.id], text: 'Once', key: 'order-1' }
    const made = await Promise.all(Array.from({ length: 8 }, () => social.posts.create(input)))
    expect(new Set(made.map((post) => post.id)).size).toBe(1)
    await expect(social.posts.create({ ...input, text: 'Twice' })).rejects.toMatchObject({ code: 'key_conflict' })
    await social.settle()
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('asks for approval of exactly the revision that was read', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const post = await social.posts.create({ to: [account.id], text: 'Draft one', approval: 'required' })
    await social.settle()
    expect(social.platform.posts()).toEqual([])
    const edited = await social.posts.edit(post.id, { text: 'Draft two' })
    await expect(social.posts.approve(post.id, { revisionHash: post.revisionHash })).rejects.toMatchObject({
      code: 'stale_revision',
    })
    await social.posts.approve(post.id, { revisionHash: edited.revisionHash, by: 'ann' })
    await social.settle()
    expect(social.platform.posts().map((live) => live.text)).toEqual(['Draft two'])
  })

  test('holds what is paused, and releases it', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    await social.pause({ account: account.id }, { reason: 'holiday', by: 'ann' })
    const post = await social.posts.create({ to: [account.id], text: 'Paused' })
    await social.settle()
    const id = post.publications[0]?.id ?? ''
    expect((await social.publications.get(id)).hold).toMatchObject({ reason: 'paused', scope: 'account' })
    expect(await social.pauses()).toMatchObject([{ scope: 'account', reason: 'holiday', by: 'ann' }])
    await social.resume({ account: account.id })
    await social.settle()
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('takes a post off the platform', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const post = await social.posts.create({ to: [account.id], text: 'Gone soon' })
    await social.settle()
    await social.publications.remove(post.publications[0]?.id ?? '')
    await social.settle()
    expect(await social.publications.get(post.publications[0]?.id ?? '')).toMatchObject({
      state: 'removed',
      removedBy: 'us',
    })
    expect(social.platform.posts()).toEqual([])
  })

  test('asks a person when a write was lost without a trace, and takes the answer', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    social.platform.fail('publish', { kind: 'lose_before' })
    const post = await social.posts.create({ to: [account.id], text: 'Lost' })
    await social.advance('10min')
    const id = post.publications[0]?.id ?? ''
    expect((await social.publications.get(id)).state).toBe('needs_attention')
    await social.publications.retry(id, { by: 'ann' })
    await social.settle()
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', run: 2 })
    expect(social.platform.posts()).toHaveLength(1)
  })

  test("keeps one agency's posts from another", async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const post = await social.posts.create({ to: [account.id], text: 'Mine' })
    const other = await createTestSocial()
    await expect(other.posts.get(post.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(other.posts.create({ to: [account.id], text: 'Not mine' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await other.publications.list()).items).toEqual([])
  })

  test('says at once that the key for secrets is missing', () => {
    const store = toSocialStore({} as Parameters<typeof toSocialStore>[0])
    expect(() => createSocial({ store, adapters: [], secretKey: undefined })).toThrow(
      expect.objectContaining({ code: 'secret_key_missing' }),
    )
  })
})
