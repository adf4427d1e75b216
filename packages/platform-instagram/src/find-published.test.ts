import { isPlatformError, type UnknownAttempt } from '@ofm-social/core'
import {
  createTestCall,
  type ScriptedAnswer,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import {
  accountId,
  commentId,
  container,
  containerId,
  graphError,
  listed,
  mediaId,
  permalink,
  quota,
} from './__fixtures__/answers.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import { toInstagramKind } from './media-kind.ts'
import type { InstagramSettings } from './settings.ts'

type Attempt = UnknownAttempt<InstagramSettings, InstagramUploads>

const sentAt = Date.UTC(2026, 11, 1, 12)
const minuteMs = 60_000
const settledAt = sentAt + 15 * minuteMs
const uploads = { accountId, containerId }
const part = {
  kind: 'post',
  index: 0,
  text: 'First light with @bea',
  assets: [sampleAsset('jpeg')],
  settings: {},
  rating: 'general',
  uploads,
} as const
const post = {
  id: mediaId,
  caption: 'First light with bea ',
  media_type: 'IMAGE',
  media_product_type: 'FEED',
  permalink,
  timestamp: '2026-12-01T12:00:01+0000',
}

let server: ScriptedServer
afterEach(() => server.close())

interface Answers {
  readonly status?: ScriptedAnswer
  readonly media?: ScriptedAnswer
  readonly limit?: ScriptedAnswer
  readonly count?: ScriptedAnswer
}

async function look(answers: Answers, given: Partial<Attempt> = {}, now = sentAt + 10_000) {
  server = await startScriptedServer(({ path }) => {
    if (path.endsWith('/content_publishing_limit')) return answers.limit ?? quota(2)
    if (/\/(?:media|stories|comments)$/.test(path)) return answers.media ?? listed()
    if (path.endsWith(`/${mediaId}`)) return answers.count ?? { json: { id: mediaId, comments_count: 0 } }
    return answers.status ?? container('FINISHED')
  })
  const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
  const call = createTestCall({ token: 't', now })
  return adapter.findPublished?.(attemptOf(given), { ...call.context, account: ada })
}

const ada = { externalId: accountId, username: 'ada' }

const attemptOf = (given: Partial<Attempt>): Attempt => ({
  number: 1,
  sentAt,
  part,
  uploads,
  baseline: { ids: ['1'], quotaUsed: 2 },
  fingerprint: 'f',
  idsBoundElsewhere: [],
  ...given,
})

describe('a container', () => {
  test('that was published is proof, with the id where the list shows it', async () => {
    const status = container('PUBLISHED')
    const found = { status: 'found', exact: true, externalId: mediaId, url: permalink }
    expect(await look({ status, media: listed({ ...post, id: '1' }, post) })).toMatchObject(found)
  })

  test('that was published is proof without an id, too', async () => {
    const evidence = await look({ status: container('PUBLISHED') })
    expect(evidence).toMatchObject({ status: 'found', exact: true })
    expect(evidence).not.toHaveProperty('externalId')
  })

  test('that was published takes no id where two posts are like it', async () => {
    const evidence = await look({ status: container('PUBLISHED'), media: listed(post, { ...post, id: '3' }) })
    expect(evidence).toMatchObject({ status: 'found', exact: true })
    expect(evidence).not.toHaveProperty('externalId')
  })

  test.each([
    ['EXPIRED', ''],
    ['ERROR', ''],
    ['ERROR', 'Error: 2207050'],
  ])('that says %s %s is proof of absence', async (code, status) => {
    expect(await look({ status: container(code, { status }) })).toMatchObject({ status: 'ended' })
  })

  test('that waits is not published again before three minutes', async () => {
    expect(await look({}, {}, sentAt + 2 * minuteMs)).toMatchObject({ status: 'not_yet' })
    await server.close()
    expect(await look({}, {}, sentAt + 3 * minuteMs)).toMatchObject({ status: 'unused' })
  })

  test('that waits is not published again before a quarter of an hour when Instagram counts one more post', async () => {
    const answers = { limit: quota(3) }
    expect(await look(answers, {}, settledAt - 1)).toMatchObject({ status: 'not_yet' })
    await server.close()
    expect(await look(answers, {}, settledAt)).toMatchObject({ status: 'unused' })
  })

  test('that waits is not published again while two posts have its words: one of them may be it', async () => {
    const answers = { media: listed(post, { ...post, id: '3' }) }
    for (const at of [settledAt - 1, settledAt, settledAt + 600 * minuteMs]) {
      expect(await look(answers, {}, at)).toMatchObject({ status: 'not_yet' })
      await server.close()
    }
  })

  test('that waits is published again after three minutes when the posts that are counted belong to other parts', async () => {
    const media = listed({ ...post, id: '99', caption: 'Another' }, { ...post, id: '98' }, { ...post, id: '1' })
    const given = { idsBoundElsewhere: ['99', '98', '1', '97'] }
    const at = sentAt + 3 * minuteMs
    expect(await look({ media, limit: quota(4) }, given, at)).toMatchObject({ status: 'unused' })
    await server.close()
    expect(await look({ media, limit: quota(5) }, given, at)).toMatchObject({ status: 'not_yet' })
  })

  test('that waits is published again after three minutes when nobody knows how many posts were counted before', async () => {
    const given = { baseline: { ids: ['1'], quotaUsed: null } }
    expect(await look({}, given, sentAt + 3 * minuteMs)).toMatchObject({ status: 'unused' })
  })

  test('that works is not published again', async () => {
    const status = container('IN_PROGRESS')
    expect(await look({ status }, {}, settledAt)).toMatchObject({ status: 'not_yet' })
  })

  test('that seems to wait was published when the post is in the list', async () => {
    expect(await look({ media: listed(post) })).toMatchObject({ status: 'found', externalId: mediaId })
  })

  test('that is not known proves nothing', async () => {
    const status = graphError(100, 33)
    expect(await look({ status }, {}, sentAt + 5 * minuteMs)).toMatchObject({ status: 'not_yet' })
  })

  test('that cannot be asked for fails the look', async () => {
    const error = await look({ status: { status: 503, text: 'down' } }).catch((thrown: unknown) => thrown)
    expect(isPlatformError(error)).toBe(true)
  })
})

describe('a list shows no post that', () => {
  test.each([
    ['was there before', { ...post, id: '1' }],
    ['is older than the write', { ...post, timestamp: '2026-12-01T11:58:59+0000' }],
    ['says something else', { ...post, caption: 'Good night' }],
    ['is of another kind', { ...post, media_type: 'VIDEO', media_product_type: 'REELS' }],
    ['belongs to another part', { ...post, id: '99' }],
  ])('%s', async (_, media) => {
    expect(await look({ media: listed(media) }, { idsBoundElsewhere: ['99'] })).toMatchObject({ status: 'not_yet' })
  })
})

describe.each([
  ['a story', { ...part, text: '', settings: { placement: 'story' } }],
  ['an image without a caption', { ...part, text: ' ' }],
] as const)('%s, to which anything is like that the creator posts by hand', (_, wordless) => {
  const byHand = { ...post, id: '888', caption: '' }
  const given = { part: wordless, idsBoundElsewhere: ['777'] }

  test('is looked for where it appears', async () => {
    await look({}, given)
    const edge = toInstagramKind(wordless) === 'story' ? 'stories' : 'media'
    expect(server.calls()).toContain(`GET /graph.instagram.com/v25.0/${accountId}/${edge}`)
  })

  test.each<[string, Answers]>([
    ['nothing else', { media: listed(byHand) }],
    ['another post of ours', { media: listed({ ...post, id: '777' }, byHand), limit: quota(3) }],
    ['a post of another app', { media: listed(byHand), limit: quota(3) }],
    ['two by hand', { media: listed(byHand, { ...byHand, id: '889' }) }],
  ])(
    'is not found while its container waits, and published again after a quarter of an hour, beside %s',
    async (_, answers) => {
      for (const ageMs of [10_000, 4 * minuteMs, 15 * minuteMs - 1]) {
        expect(await look(answers, given, sentAt + ageMs)).toMatchObject({ status: 'not_yet' })
        await server.close()
      }
      expect(await look(answers, given, settledAt)).toMatchObject({ status: 'unused' })
    },
  )

  test('takes no id before what was late is listed, too', async () => {
    const answers = { status: container('PUBLISHED'), media: listed(byHand) }
    const evidence = await look(answers, given, settledAt - 1)
    expect(evidence).toMatchObject({ status: 'found', exact: true })
    expect(evidence).not.toHaveProperty('externalId')
    await server.close()
    expect(await look(answers, given, settledAt)).toMatchObject({ status: 'found', exact: true, externalId: '888' })
  })

  test.each([
    ['long after the write', [{ ...byHand, timestamp: '2026-12-01T12:04:00+0000' }]],
    ['at an unknown time', [{ ...byHand, timestamp: null }]],
    ['beside another', [byHand, { ...byHand, id: '889', timestamp: '2026-12-01T12:04:00+0000' }]],
  ])('takes no id of what was posted %s', async (_, media) => {
    const evidence = await look({ status: container('PUBLISHED'), media: listed(...media) }, given, settledAt)
    expect(evidence).toMatchObject({ status: 'found', exact: true })
    expect(evidence).not.toHaveProperty('externalId')
  })
})

describe('a comment', () => {
  const written = { ...part, kind: 'comment', index: 1, text: 'Link in bio', assets: [], uploads: {} } as const
  const given: Partial<Attempt> = { part: { ...written, parent: { externalId: mediaId, url: permalink } }, uploads: {} }
  const ours = { id: commentId, text: 'Link in bio', timestamp: '2026-12-01T12:00:01+0000', from: { id: accountId } }

  test('is found by author and words among those of the post', async () => {
    const media = listed({ ...ours, id: '5', text: 'Nice' }, ours)
    expect(await look({ media }, given)).toMatchObject({ status: 'found', externalId: commentId, url: permalink })
    expect(server.calls()).toEqual([`GET /graph.instagram.com/v25.0/${mediaId}/comments`])
  })

  test('of an author that Instagram withholds may be ours', async () => {
    const { from: _, ...anonymous } = ours
    expect(await look({ media: listed(anonymous) }, given)).toMatchObject({ status: 'found' })
  })

  test.each([
    ['somebody else', { ...ours, from: { id: '77', username: 'bea' } }],
    ['long ago', { ...ours, timestamp: '2026-11-01T12:00:01+0000' }],
    ['before the write', { ...ours, id: '1' }],
  ])('from %s is not ours', async (_, comment) => {
    expect(await look({ media: listed(comment) }, given)).toMatchObject({ status: 'not_yet' })
  })
  describe('that the list does not show', () => {
    const late = sentAt + 15 * minuteMs
    const fan = { ...ours, id: '5', text: 'Nice', from: { id: '77', username: 'bea' } }
    const counted = (count: number | null): ScriptedAnswer => ({ json: { id: mediaId, comments_count: count } })

    test('is absent after a quarter of an hour, when Instagram counts none that is not listed', async () => {
      expect(await look({}, given, late)).toMatchObject({ status: 'ended' })
      expect(server.calls()).toEqual([
        `GET /graph.instagram.com/v25.0/${mediaId}/comments`,
        `GET /graph.instagram.com/v25.0/${mediaId}`,
      ])
      await server.close()
      expect(await look({}, given, late - 1)).toMatchObject({ status: 'not_yet' })
    })

    test('is absent beside comments of others, whose replies are counted', async () => {
      const media = listed({ ...fan, replies: { data: [{ id: '6' }] } })
      expect(await look({ media, count: counted(2) }, given, late)).toMatchObject({ status: 'ended' })
    })

    test.each<[string, Answers]>([
      ['counts more than it lists', { media: listed(fan), count: counted(2) }],
      ['does not count', { count: counted(null) }],
      ['lists another comment of ours', { media: listed({ ...ours, text: 'Something else' }) }],
      [
        'lists one of ours from before the write',
        { media: listed({ ...ours, timestamp: '2026-12-01T11:00:00+0000' }) },
      ],
      ['lists one whose author it withholds', { media: listed({ ...fan, from: null }) }],
      ['lists two like it', { media: listed(ours, { ...ours, id: '5' }) }],
    ])('is not absent when Instagram %s', async (_, answers) => {
      expect(await look(answers, given, late)).toMatchObject({ status: 'not_yet' })
    })

    test('fails the look when the count cannot be read', async () => {
      const error = await look({ count: graphError(100, 33) }, given, late).catch((thrown: unknown) => thrown)
      expect(isPlatformError(error)).toBe(true)
    })
  })

  describe('on a post with more comments than a page', () => {
    const late = sentAt + 15 * minuteMs
    const fan = (id: number) => ({ id: `${id}`, text: 'Nice', from: { id: '77', username: 'bea' } })

    async function lookInPages(pages: readonly (readonly object[])[], count: number) {
      server = await startScriptedServer(({ path, query }) => {
        if (!path.endsWith('/comments')) return { json: { id: mediaId, comments_count: count } }
        const page = Number(query.get('after') ?? 0)
        const next = page + 1 < pages.length && { next: 'https://graph.instagram.com/next' }
        return { json: { data: pages[page] ?? [], paging: { cursors: { after: `${page + 1}` }, ...next } } }
      })
      const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
      const { context } = createTestCall({ token: 't', now: late })
      return adapter.findPublished?.(attemptOf(given), { ...context, account: ada })
    }

    test('it is found on a later page', async () => {
      expect(await lookInPages([[fan(1)], [ours]], 2)).toMatchObject({ status: 'found', externalId: commentId })
    })

    test('it is absent when no page has it, and only then', async () => {
      expect(await lookInPages([[fan(1)], [fan(2)]], 2)).toMatchObject({ status: 'ended' })
      await server.close()
      const many = Array.from({ length: 11 }, (_, index) => [fan(index)])
      expect(await lookInPages(many, 11)).toMatchObject({ status: 'not_yet' })
      expect(server.calls()).toHaveLength(10)
    })
  })
})
