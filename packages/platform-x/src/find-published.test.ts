import type { Evidence, PreparedPart } from '@ofm-social/core'
import {
  createTestCall,
  type ScriptedAnswer,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import type { XAdapterOptions } from './options.ts'
import type { XSettings } from './settings.ts'
import type { XUploads } from './upload.ts'
import { createXAdapter } from './x-adapter.ts'

const sentAt = Date.UTC(2026, 11, 1, 12, 0, 0)
const account = { externalId: '2244994945', username: 'ada_demo' }

/** An id that X made so many milliseconds after the write was sent. */
const madeAfter = (ms: number) => String((BigInt(sentAt + ms) - 1_288_834_974_657n) << 22n)
const ours = madeAfter(300)
const parentId = madeAfter(-10_000)

const listed = (id: string, changes: object = {}) => ({
  id,
  text: 'First light',
  created_at: '2026-12-01T12:00:00.000Z',
  edit_history_tweet_ids: [id],
  ...changes,
})
const repliedTo = (id: string) => ({ referenced_tweets: [{ type: 'replied_to', id }] })
const withPoll = { attachments: { poll_ids: ['1'] } }
const withPicture = { attachments: { media_keys: ['3_1'] } }

let server: ScriptedServer
afterEach(() => server?.close())

interface Look {
  readonly part?: Partial<PreparedPart<XSettings, XUploads>>
  readonly idsBoundElsewhere?: readonly string[]
  readonly baseline?: unknown
  readonly options?: XAdapterOptions
  readonly account?: typeof account | undefined
  /** Of the look, after the write. Default 5,000. */
  readonly afterMs?: number
}

/** One look at a listing of these posts, or at an answer. */
async function look(
  posts: readonly object[] | ((page: number) => ScriptedAnswer),
  given: Look = {},
): Promise<Evidence> {
  server = await startScriptedServer((request, number) => {
    if (request.path === '/2/users/me')
      return { json: { data: { id: account.externalId, username: account.username } } }
    if (typeof posts === 'function') return posts(number)
    return {
      json: posts.length === 0 ? { meta: { result_count: 0 } } : { data: posts, meta: { result_count: posts.length } },
    }
  })
  const nothing = { assets: [], settings: {}, rating: 'general', uploads: { mediaIds: [] } } as const
  const part: PreparedPart<XSettings, XUploads> = {
    kind: 'post',
    index: 0,
    text: 'First light',
    ...nothing,
    ...given.part,
  }
  const { context } = createTestCall({ token: 't', now: sentAt + (given.afterMs ?? 5_000) })
  const adapter = createXAdapter({ baseUrl: server.url, ...given.options })
  if (adapter.findPublished === undefined) throw new TypeError('The adapter lost its look-up.')
  const attempt = {
    number: 1,
    sentAt,
    part,
    uploads: part.uploads,
    baseline: given.baseline,
    fingerprint: 'f',
    idsBoundElsewhere: given.idsBoundElsewhere ?? [],
  }
  return adapter.findPublished(attempt, { ...context, account: 'account' in given ? given.account : account })
}

describe('a lost write', () => {
  test('is found with its id and address', async () => {
    expect(await look([listed(madeAfter(2_000), { text: 'Another' }), listed(ours)])).toEqual({
      status: 'found',
      externalId: ours,
      url: `${server.url}/ada_demo/status/${ours}`,
      looked: 'posts of @ada_demo since 2026-12-01T11:59:00Z: 2',
      uses: [{ meter: 'post.read', quantity: 2 }],
    })
    expect(server.calls()).toEqual(['GET /2/users/2244994945/tweets'])
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
      max_results: '20',
      start_time: '2026-12-01T11:59:00Z',
      'tweet.fields':
        'created_at,text,entities,attachments,note_tweet,referenced_tweets,conversation_id,edit_history_tweet_ids',
    })
  })

  test('is found when X writes it otherwise', async () => {
    const post = listed(ours, {
      text: 'a &amp; b https://t.co/l1 https://t.co/m1',
      entities: {
        urls: [
          { url: 'https://t.co/l1', expanded_url: 'http://example.com' },
          { url: 'https://t.co/m1', expanded_url: 'https://x.com/a/status/1/photo/1', media_key: '3_1' },
        ],
      },
      ...withPicture,
    })
    const part = { text: 'a & b  example.com', assets: [sampleAsset('jpeg')], uploads: { mediaIds: ['1'] } }
    expect(await look([post], { part })).toMatchObject({ status: 'found', externalId: ours })
  })

  test('is found as a later part by the post that it answers to', async () => {
    const part = { kind: 'thread' as const, index: 1, parent: { externalId: parentId } }
    const posts = [
      listed(madeAfter(900)),
      listed(madeAfter(800), repliedTo(madeAfter(-9_000))),
      listed(ours, repliedTo(parentId)),
    ]
    expect(await look(posts, { part })).toMatchObject({ status: 'found', externalId: ours })
  })

  test('is found under the newer names', async () => {
    const newer = { note_post: { text: 'First light' }, edit_history_post_ids: [ours] }
    const post = listed(ours, { text: 'cut…', edit_history_tweet_ids: undefined, ...newer })
    expect(await look([post])).toMatchObject({ status: 'found', externalId: ours })
  })

  test('is the earliest of several that match, and the look says so', async () => {
    const later = madeAfter(900)
    const evidence = await look([listed(later), listed(ours)])
    expect(evidence).toMatchObject({ status: 'found', externalId: ours })
    expect(evidence.looked).toMatch(/2 of them match, the earliest is taken/)
  })

  test('is the one of two that belongs to no other part', async () => {
    const later = madeAfter(900)
    expect(await look([listed(later), listed(ours)], { idsBoundElsewhere: [ours] })).toMatchObject({
      externalId: later,
    })
  })

  test('is found on a later page', async () => {
    const first = { json: { data: [listed(madeAfter(5_000), { text: 'Another' })], meta: { next_token: 'n1' } } }
    const second = { json: { data: [listed(ours)], meta: {} } }
    expect(await look((page) => (page === 1 ? first : second))).toMatchObject({ status: 'found', externalId: ours })
    expect(server.requests[1]?.query.get('pagination_token')).toBe('n1')
  })

  test('is known by the id that creating it gave, also when it was edited without a change of words', async () => {
    const edited = listed(madeAfter(60_000), { edit_history_tweet_ids: [ours, madeAfter(60_000)] })
    expect(await look([edited])).toMatchObject({ status: 'found', externalId: ours })
  })

  test('is found when a link in it makes it a quote', async () => {
    expect(await look([listed(ours, { referenced_tweets: [{ type: 'quoted', id: '1' }] })])).toMatchObject({
      status: 'found',
    })
  })

  test('is looked for under the account that X names, when core does not', async () => {
    const evidence = await look([listed(ours)], { account: undefined })
    expect(evidence).toMatchObject({ status: 'found', url: `${server.url}/i/status/${ours}` })
    expect(server.calls()).toEqual(['GET /2/users/me', 'GET /2/users/2244994945/tweets'])
  })
})

describe('what a look reads', () => {
  const pageOf = (count: number, page: number) => ({
    json: {
      data: Array.from({ length: count }, (_, index) =>
        listed(madeAfter(900 + page * 100 + index), { text: 'Another' }),
      ),
      meta: { next_token: `n${page}` },
    },
  })

  test.each([
    [[20], ['20']],
    [
      [12, 8],
      ['20', '8'],
    ],
    [
      [12, 4, 4],
      ['20', '8'],
    ],
  ])('is never more than twenty posts: pages of %o', async (counts, asked) => {
    const evidence = await look((page) => pageOf(counts[page - 1] ?? 20, page))
    expect(server.requests.map(({ query }) => query.get('max_results'))).toEqual(asked)
    expect(evidence).toMatchObject({ status: 'not_yet', looked: expect.stringMatching(/and more that were not read$/) })
  })

  test.each([[undefined], [{ newestPostId: madeAfter(-20_000) }]])(
    'long after the write is what was made around it, not what came since (baseline %o)',
    async (baseline) => {
      expect(await look([listed(ours)], { afterMs: 601_000, baseline })).toMatchObject({ status: 'found' })
      const query = Object.fromEntries(server.requests[0]?.query ?? [])
      expect(query).toMatchObject({ start_time: '2026-12-01T11:59:00Z', end_time: '2026-12-01T12:05:00Z' })
      expect(query).not.toHaveProperty('since_id')
    },
  )
})

describe('what is no evidence', () => {
  test.each<[string, readonly object[], Look?]>([
    ['an empty listing: it may lag', []],
    ['a post that belongs to another part', [listed(ours)], { idsBoundElsewhere: [ours] }],
    [
      'an edit of a post that belongs to another part',
      [listed(ours, { edit_history_tweet_ids: [madeAfter(-90_000), ours] })],
      { idsBoundElsewhere: [madeAfter(-90_000)] },
    ],
    [
      'an edit of an old post to the same words',
      [listed(ours, { edit_history_tweet_ids: [madeAfter(-90_000), ours] })],
    ],
    ['a post from before the write', [listed(madeAfter(-5_001))]],
    ['a post whose words were edited', [listed(ours, { text: 'First light!' })]],
    ['a post with media, of a part without', [listed(ours, withPicture)]],
    ['a post without media, of a part with', [listed(ours)], { part: { uploads: { mediaIds: ['1'] } } }],
    ['a reply, of a part that is a post', [listed(ours, repliedTo('1'))]],
    [
      'a post, of a part that is a reply',
      [listed(ours)],
      { part: { kind: 'comment', index: 1, parent: { externalId: parentId } } },
    ],
    [
      'a reply to another post',
      [listed(ours, repliedTo('1'))],
      { part: { kind: 'comment', index: 1, parent: { externalId: parentId } } },
    ],
    ['a poll, of a part without one', [listed(ours, withPoll)]],
    [
      'a post without a poll, of a part with one',
      [listed(ours)],
      { part: { settings: { poll: { options: ['Red', 'Blue'], durationMinutes: 60 } } } },
    ],
    ['a repost with the same words', [listed(ours, { referenced_tweets: [{ type: 'retweeted', id: '1' }] })]],
  ])('%s', async (_, posts, given) => {
    expect(await look(posts, given)).toMatchObject({ status: 'not_yet', looked: expect.stringContaining('@ada_demo') })
  })

  test('a listing that goes on and on; the look says that it was not read to its end', async () => {
    const evidence = await look((page) => ({
      json: { data: [listed(madeAfter(page * 1_000), { text: `Another ${page}` })], meta: { next_token: `n${page}` } },
    }))
    expect(evidence).toEqual({
      status: 'not_yet',
      looked: expect.stringMatching(/: 5, and more that were not read$/),
      uses: [{ meter: 'post.read', quantity: 5 }],
    })
    expect(server.requests).toHaveLength(5)
  })

  test('a page that X hands out again and again; it is not asked for forever', async () => {
    const page = { json: { data: [listed(madeAfter(900), { text: 'Another' })], meta: { next_token: 'same' } } }
    expect(await look(() => page)).toMatchObject({ status: 'not_yet' })
    expect(server.requests).toHaveLength(2)
  })

  test.each<[string, ScriptedAnswer, string]>([
    ['a look that X refuses for now', { status: 429, json: bodies.tooManyRequests }, 'rate_limited'],
    ['a look that X cannot answer', { status: 503, json: bodies.serviceUnavailable }, 'not_accepted'],
    ['a listing that cannot be read', { status: 200, text: bodies.htmlPage }, 'bad_response'],
    [
      'a listing whose fields X dropped in silence',
      { json: { data: [{ id: ours, text: 'First light' }] } },
      'bad_response',
    ],
    ['a look without a token that works', { status: 401, json: bodies.unauthorized }, 'token_expired'],
  ])('%s throws', async (_, answer, code) => {
    await expect(look(() => answer)).rejects.toMatchObject({ code })
  })
})

describe('with a baseline', () => {
  const newest = madeAfter(-20_000)

  test('what is newer counts, whatever the clocks say', async () => {
    const evidence = await look([listed(madeAfter(-19_000))], { baseline: { newestPostId: newest } })
    expect(evidence).toMatchObject({ status: 'found', externalId: madeAfter(-19_000) })
    expect(server.requests[0]?.query.get('since_id')).toBe(newest)
    expect(server.requests[0]?.query.has('start_time')).toBe(false)
  })

  test('an edit of what was there does not count', async () => {
    const edited = listed(ours, { edit_history_tweet_ids: [newest, ours] })
    expect(await look([edited], { baseline: { newestPostId: newest } })).toMatchObject({ status: 'not_yet' })
  })

  test.each([
    ['the newest post', { data: [listed(madeAfter(1)), listed(madeAfter(3)), listed(madeAfter(2))] }, madeAfter(3)],
    ['nothing, of an account without posts', { meta: { result_count: 0 } }, null],
  ])('is %s', async (_, json, newestPostId) => {
    server = await startScriptedServer(() => ({ json }))
    const adapter = createXAdapter({ baseUrl: server.url, baseline: 'newest_post' })
    const part = {
      kind: 'post',
      index: 0,
      text: '',
      assets: [],
      settings: {},
      rating: 'general',
      uploads: { mediaIds: [] },
    } as const
    const { context } = createTestCall({ token: 't' })
    expect(await adapter.readBaseline?.(part, { ...context, account })).toEqual({ newestPostId })
    expect(server.requests[0]?.query.get('max_results')).toBe('5')
  })
})

describe('likeness', () => {
  const { likeness } = createXAdapter()
  const part = { kind: 'post', index: 0, text: 'First light', assets: [], settings: {}, rating: 'general' } as const
  const of = (changes: object) => likeness?.({ ...part, ...changes })

  test.each([
    ['white space', { text: ' First  light' }],
    ['settings, which a listing does not show', { settings: { replySettings: 'following' } }],
  ])('is the same with other %s', (_, changes) => {
    expect(of(changes)).toBe(of({}))
  })

  test.each([
    ['words', { text: 'Second light' }],
    ['media', { assets: [sampleAsset('jpeg')] }],
    ['place', { kind: 'comment', index: 1 }],
  ])('differs with other %s', (_, changes) => {
    expect(of(changes)).not.toBe(of({}))
  })

  test('is short, however long the text is', () => {
    expect(of({ text: 'a'.repeat(25_000) })).toHaveLength(64)
  })
})

describe('a lost write that answers, quotes or edits', () => {
  const settings = (given: XSettings): Look => ({ part: { settings: given } })

  test('an answer is found among answers to the same post', async () => {
    const other = listed(madeAfter(100), repliedTo('9'))
    expect(await look([other, listed(ours, repliedTo('8'))], settings({ replyToPostId: '8' }))).toMatchObject({
      status: 'found',
      externalId: ours,
    })
  })

  test('a poll is found among posts with the same words', async () => {
    const given = settings({ poll: { options: ['Red', 'Blue'], durationMinutes: 60 } })
    const poll = listed(ours, withPoll)
    expect(await look([listed(madeAfter(100)), poll], given)).toMatchObject({ status: 'found', externalId: ours })
  })

  test('a quote is found among quotes of the same post', async () => {
    const quoting = listed(ours, { referenced_tweets: [{ type: 'quoted', id: '8' }] })
    expect(await look([quoting], settings({ quotePostId: '9' }))).toMatchObject({ status: 'not_yet' })
    expect(await look([listed(ours)], settings({ quotePostId: '8' }))).toMatchObject({ status: 'not_yet' })
    expect(await look([quoting], settings({ quotePostId: '8' }))).toMatchObject({ status: 'found' })
  })

  test('an edit is a new version of the post that it replaces', async () => {
    const edited = listed(ours, { edit_history_tweet_ids: [parentId, ours] })
    const given = { ...settings({ editOfPostId: parentId }), idsBoundElsewhere: [parentId] }
    expect(await look([edited], given)).toMatchObject({ status: 'found', externalId: ours })
    expect(await look([listed(ours)], given)).toMatchObject({ status: 'not_yet' })
    expect(await look([listed(parentId)], given)).toMatchObject({ status: 'not_yet' })
  })
})
