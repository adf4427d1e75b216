import type { EmulatorFault } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

const duplicate = {
  detail: 'You are not allowed to create a Tweet with duplicate content.',
  type: 'about:blank',
  title: 'Forbidden',
  status: 403,
}

describe('creating a post', () => {
  test('answers 201 with the id that dates it, and escaped text with short links', async () => {
    x = await startX()
    const answer = await x.tweet('a & b <c> see example.com/x.')
    expect([answer.status, answer.headers.get('location')]).toEqual([
      201,
      `https://api.x.com/2/tweets/${answer.json.data.id}`,
    ])
    expect(Number((BigInt(answer.json.data.id) >> 22n) + 1288834974657n)).toBe(x.clock.now())
    expect(answer.json.data.text).toMatch(/^a &amp; b &lt;c&gt; see https:\/\/t\.co\/[0-9A-Za-z]{10}\.$/)
    expect(answer.headers.get('x-rate-limit-remaining')).toBe('99')
    const second = await x.tweet('another')
    expect(BigInt(second.json.data.id) > BigInt(answer.json.data.id)).toBe(true)
  })

  test('refuses unknown fields and wrong values, all at once', async () => {
    x = await startX()
    const body = {
      possibly_sensitive: true,
      reply_settings: 'everyone',
      media: { media_ids: ['1', '2', '3', '4', '5'] },
    }
    const { status, json } = await x.tweet('a', body)
    expect([status, json.title, json.type]).toEqual([
      400,
      'Invalid Request',
      'https://api.twitter.com/2/problems/invalid-request',
    ])
    expect(json.errors.map(({ parameters }: { parameters: object }) => Object.keys(parameters)[0])).toEqual([
      '$.possibly_sensitive',
      '$.reply_settings',
      '$.media.media_ids',
    ])
    expect(json.errors[2].message).toBe('$.media.media_ids: there must be a maximum of 4 items in the array')
    const single = await x.tweet('a', { media: { media_ids: '1' } })
    expect(single.json.errors[0].message).toBe('$.media.media_ids: string found, array expected')
    expect((await x.tweet('  ')).status).toBe(400)
    expect((await x.tweet('a', { poll: { options: ['a', ''], duration_minutes: 4 } })).json.errors).toMatchObject([
      { message: '$.poll.options[1]: must be at least 1 characters long' },
      { message: '$.poll.duration_minutes: must have a minimum value of 5' },
    ])
  })

  test('refuses more than 280 for a free account, 25,000 for a paid one', async () => {
    x = await startX()
    expect((await x.tweet('x'.repeat(280))).status).toBe(201)
    const long = await x.tweet('y'.repeat(281))
    expect([long.status, long.json.detail]).toEqual([403, 'You are not permitted to perform this action.'])
    const text = `${'z'.repeat(400)} example.com`
    const paid = await x.tweet(text, {}, x.bea.accessToken)
    expect(paid.status).toBe(201)
    const { data } = (await x.get(`/2/tweets/${paid.json.data.id}?tweet.fields=note_tweet,entities`)).json
    expect([...data.text].length).toBeLessThan(281)
    expect(data.note_tweet.text).toContain('z'.repeat(400))
    expect(data.entities).toBeUndefined()
  })

  test('refuses the same text, also when the first is deleted', async () => {
    x = await startX()
    const first = await x.tweet('same')
    expect((await x.tweet('same', {}, x.bea.accessToken)).status).toBe(201)
    expect((await x.tweet('same ')).json).toEqual(duplicate)
    await x.send('DELETE', `/2/tweets/${first.json.data.id}`)
    expect((await x.tweet('same')).json).toEqual(duplicate)
  })

  test('takes the same text again where the switches say so', async () => {
    x = await startX({ duplicateSurvivesDelete: false, duplicateWindowMs: 60_000 })
    const first = await x.tweet('same')
    await x.send('DELETE', `/2/tweets/${first.json.data.id}`)
    expect((await x.tweet('same')).status).toBe(201)
    expect((await x.tweet('same')).status).toBe(403)
    x.clock.advance(60_000)
    expect((await x.tweet('same')).status).toBe(201)
  })

  test('refuses strangers, quotes and two cashtags on self-serve', async () => {
    x = await startX()
    const target = (await x.tweet('hello', {}, x.bea.accessToken)).json.data.id
    const called = (await x.tweet('hello @ada_demo', {}, x.bea.accessToken)).json.data.id
    const reply = (id: string) => ({ reply: { in_reply_to_tweet_id: id } })
    expect((await x.tweet('hi', reply(target))).json.detail).toContain('have not been mentioned')
    expect((await x.tweet('hi', reply(called))).status).toBe(201)
    expect((await x.tweet('look', { quote_tweet_id: target })).json.title).toBe('Authorization Error')
    expect((await x.tweet('$TSLA and $AAPL')).json.detail).toContain('maximum of one cashtag')
    expect((await x.tweet('$TSLA for $25')).status).toBe(201)
  })

  test('refuses replies to what is gone or not replicated yet', async () => {
    x = await startX({ replyLagMs: 2000 })
    const { id } = (await x.tweet('1')).json.data
    const reply = { reply: { in_reply_to_tweet_id: id } }
    expect((await x.tweet('2', reply)).json.detail).toBe(
      'You attempted to reply to a Tweet that is deleted or not visible to you.',
    )
    x.clock.advance(2000)
    expect((await x.tweet('2', reply)).status).toBe(201)
    await x.send('DELETE', `/2/tweets/${id}`)
    expect((await x.tweet('3', reply)).status).toBe(403)
  })

  test('is refused for accounts in trouble', async () => {
    x = await startX({ accountStates: { ada_demo: 'automated', bea_demo: 'locked' } })
    expect((await x.tweet('a')).json.errors[0].code).toBe(226)
    expect((await x.get('/2/users/me')).status).toBe(200)
    expect((await x.get('/2/users/me', x.bea.accessToken)).json.errors[0].code).toBe(326)
  })
})

describe('deleting a post', () => {
  test('works once, on own posts', async () => {
    x = await startX()
    const { id } = (await x.tweet('a')).json.data
    expect((await x.send('DELETE', `/2/tweets/${id}`, { token: x.bea.accessToken })).json.detail).toBe(
      'You are not authorized to delete this Tweet.',
    )
    expect((await x.send('DELETE', `/2/tweets/${id}`)).json).toEqual({ data: { deleted: true } })
    expect((await x.send('DELETE', `/2/tweets/${id}`)).status).toBe(404)
    expect(x.emulator.posts()[0]?.removedAt).toBe(new Date(x.clock.now()).toISOString())
  })

  test('answers deleted twice where the switch says so', async () => {
    x = await startX({ deleteMissing: 'deleted' })
    expect((await x.send('DELETE', '/2/tweets/1')).json).toEqual({ data: { deleted: true } })
  })
})

test('a lost answer leaves one post; the repetition is a duplicate, and the timeline has it', async () => {
  x = await startX()
  x.emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
  await expect(x.tweet('once')).rejects.toThrow()
  expect((await x.tweet('once')).json).toEqual(duplicate)
  expect((await x.get(`/2/users/${x.ada.id}/tweets`)).json.data).toHaveLength(1)
})

test('unknown paths and wrong methods are told', async () => {
  x = await startX()
  expect((await x.get('/2/lists/1')).json).toEqual({
    title: 'Not Found',
    type: 'about:blank',
    status: 404,
    detail: 'Not Found',
  })
  expect((await x.send('PUT', '/2/tweets')).status).toBe(405)
})

const page520 = { status: 520, body: '<h1>520</h1>', headers: { 'content-type': 'text/html' } }
test.each<[EmulatorFault, number | null, number]>([
  [{ kind: 'refuse', status: 503 }, 503, 0],
  [{ kind: 'accept_then_status', status: 503 }, 503, 1],
  [{ kind: 'refuse', ...page520 }, 520, 0],
  [{ kind: 'accept_then_status', ...page520 }, 520, 1],
  [{ kind: 'truncate_body', effect: 'before' }, null, 0],
  [{ kind: 'truncate_body' }, null, 1],
])('whether a post is there after %j', async (fault, status, posts) => {
  x = await startX()
  x.emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault })
  expect(
    await x.tweet('Perhaps').then(
      (answer) => answer.status,
      () => null,
    ),
  ).toBe(status)
  expect(x.emulator.posts()).toHaveLength(posts)
  expect((await x.tweet('Perhaps')).status).toBe(posts === 0 ? 201 : 403)
})
