import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'

let x: X
afterEach(() => x.close())

const premium: XEmulatorSwitches = { subscriptions: { ada_demo: 'Premium' } }
const likesAndFollows = ['tweet.read', 'tweet.write', 'users.read', 'like.write', 'follows.write']

/** Each case has an emulator of its own. */
async function statusWith(switches: XEmulatorSwitches, text: string, more: object = {}): Promise<number> {
  x = await startX(switches)
  const { status } = await x.tweet(text, more)
  await x.close()
  return status
}

describe('texts', () => {
  test('are as long as the subscription allows, by the table or by the switch', async () => {
    expect(await statusWith(premium, 'x'.repeat(4001))).toBe(201)
    expect(await statusWith({ ...premium, textLengths: { Premium: 4000 } }, 'x'.repeat(4001))).toBe(403)
    expect(await statusWith({ textLengths: { None: 10 } }, 'x'.repeat(11))).toBe(403)
  })

  test('over 280 count weighted, or by characters', async () => {
    const text = '看'.repeat(12_501)
    expect(await statusWith(premium, text)).toBe(403)
    expect(await statusWith({ ...premium, longTextUnit: 'characters' }, text)).toBe(201)
  })

  test('over 280 may have a poll, or not', async () => {
    const poll = { poll: { options: ['a', 'b'], duration_minutes: 5 } }
    expect(await statusWith(premium, 'x'.repeat(281), poll)).toBe(201)
    expect(await statusWith({ ...premium, longPolls: 'refused' }, 'x'.repeat(281), poll)).toBe(403)
    expect(await statusWith({ ...premium, longPolls: 'refused' }, 'short', poll)).toBe(201)
  })

  test('lose the space around them, or keep it', async () => {
    for (const [outerSpace, text] of [
      ['trimmed', 'a'],
      ['kept', ' a\n'],
    ] as const) {
      x = await startX({ outerSpace })
      expect((await x.tweet(' a\n')).json.data.text).toBe(text)
      expect((await x.tweet(' \n')).status).toBe(400)
      await x.close()
    }
  })

  test('have entities that count code points, or UTF-16 units', async () => {
    for (const [entityOffsets, start] of [
      ['code_points', 2],
      ['utf16', 3],
    ] as const) {
      x = await startX({ entityOffsets })
      const { id } = (await x.tweet('😀 #tag example.com')).json.data
      const { entities } = (await x.get(`/2/tweets/${id}?tweet.fields=entities`)).json.data
      expect([entities.hashtags[0].start, entities.urls[0].start]).toEqual([start, start + 5])
      await x.close()
    }
  })
})

describe('answers to a new post', () => {
  test.each([
    ['legacy', (id: string) => ({ edit_history_tweet_ids: [id] })],
    ['current', (id: string) => ({ edit_history_post_ids: [id] })],
    ['neither', () => ({})],
    ['empty_version', () => ({ edit_history_tweet_ids: [''] })],
  ] as const)('are in the vocabulary %s', async (createAnswer, more) => {
    x = await startX({ createAnswer })
    const { data } = (await x.tweet('a')).json
    expect(data).toEqual({ id: data.id, text: 'a', ...more(data.id) })
  })
})

describe('rules of a plan', () => {
  test('are single switches, both ways', async () => {
    expect(await statusWith({ planRules: { cashtags: 'open' } }, '$TSLA and $AAPL')).toBe(201)
    expect(await statusWith({ plan: 'enterprise', planRules: { cashtags: 'refused' } }, '$TSLA and $AAPL')).toBe(403)
    for (const [plan, rule] of [
      ['payg', 'open'],
      ['enterprise', 'refused'],
    ] as const) {
      const rules = { strangerReplies: rule, quotes: rule, likes: rule, follows: rule }
      x = await startX({ plan, planRules: rules, scopes: likesAndFollows })
      const { id } = (await x.tweet('By a stranger', {}, x.bea.accessToken)).json.data
      const answers = [
        await x.tweet('A reply', { reply: { in_reply_to_tweet_id: id } }),
        await x.tweet('A quote', { quote_tweet_id: id }),
        await x.post(`/2/users/${x.ada.id}/likes`, { tweet_id: id }),
        await x.post(`/2/users/${x.ada.id}/following`, { target_user_id: x.bea.id }),
      ]
      expect(answers.map(({ status }) => status < 300)).toEqual(Array(4).fill(rule === 'open'))
      await x.close()
    }
  })

  test('an account has a limit of its own for a day', async () => {
    x = await startX({ postsPerDayMax: 1, accessTokenLifeMs: 7 * 86_400_000 })
    expect((await x.tweet('One')).status).toBe(201)
    expect((await x.tweet('Two')).json.errors[0].code).toBe(185)
    expect((await x.tweet('One', {}, x.bea.accessToken)).status).toBe(201)
    x.clock.advance(86_400_000)
    expect((await x.tweet('Two')).status).toBe(201)
  })

  test('posts and reposts share three hours', async () => {
    const once = { user3h: 2 }
    x = await startX({ rateLimits: { 'POST /2/tweets': once, 'POST /2/users/:id/retweets': once } })
    const { id } = (await x.tweet('One')).json.data
    expect((await x.post(`/2/users/${x.ada.id}/retweets`, { tweet_id: id })).status).toBe(200)
    expect((await x.tweet('Two')).status).toBe(429)
  })

  test('a repost that is repeated is refused, or answered alike', async () => {
    for (const [repeatedRepost, status] of [
      ['refused', 403],
      ['repeated', 200],
    ] as const) {
      x = await startX({ repeatedRepost })
      const { id } = (await x.tweet('One')).json.data
      const repost = () => x.post(`/2/users/${x.ada.id}/retweets`, { tweet_id: id })
      expect([(await repost()).status, (await repost()).status]).toEqual([200, status])
      await x.close()
    }
  })

  test('edits are as many as the switch says', async () => {
    x = await startX({ ...premium, editsMax: 1 })
    const first = (await x.tweet('v0')).json.data.id
    const second = (await x.tweet('v1', { edit_options: { previous_post_id: first } })).json.data.id
    expect((await x.tweet('v2', { edit_options: { previous_post_id: second } })).status).toBe(403)
  })
})

test('accounts are verified by their subscription, or as the switch says', async () => {
  x = await startX({ verifiedTypes: { ada_demo: 'government' } })
  const read = async (id: string) => (await x.get(`/2/users/${id}?user.fields=verified,verified_type`)).json.data
  expect(await read(x.ada.id)).toMatchObject({ verified: true, verified_type: 'government' })
  expect(await read(x.bea.id)).toMatchObject({ verified: true, verified_type: 'blue' })
})

test('posts for subscribers are for the accounts of the switch', async () => {
  const fans = { for_super_followers_only: true }
  expect(await statusWith({}, 'Fans', fans)).toBe(403)
  expect(await statusWith({ creators: ['ada_demo'] }, 'Fans', fans)).toBe(201)
})

test('accounts that are asked for without a vocabulary answer in the one of the switch', async () => {
  for (const [undecidedDialect, counter] of [
    ['legacy', 'tweet_count'],
    ['current', 'post_count'],
  ] as const) {
    x = await startX({ undecidedDialect })
    const { public_metrics: counters } = (await x.get('/2/users/me?user.fields=public_metrics')).json.data
    expect(counters).toHaveProperty(counter)
    await x.close()
  }
})

test('what a plan leaves out is refused as not enrolled, or barely', async () => {
  for (const [planRefusal, title] of [
    ['client_forbidden', 'Client Forbidden'],
    ['forbidden', 'Forbidden'],
  ] as const) {
    x = await startX({ planRefusal, scopes: likesAndFollows })
    expect((await x.post(`/2/users/${x.ada.id}/likes`, { tweet_id: '1' })).json.title).toBe(title)
    await x.close()
  }
})

describe('who may reply', () => {
  const open: XEmulatorSwitches = { plan: 'enterprise', scopes: likesAndFollows, subscriptions: {} }
  const reply = async (switches: XEmulatorSwitches, replySettings: string, text: string, isFollowed = false) => {
    x = await startX({ ...open, ...switches })
    if (isFollowed) await x.post(`/2/users/${x.bea.id}/following`, { target_user_id: x.ada.id }, x.bea.accessToken)
    const { id } = (await x.tweet(text, { reply_settings: replySettings }, x.bea.accessToken)).json.data
    const { status } = await x.tweet('A reply', { reply: { in_reply_to_tweet_id: id } })
    await x.close()
    return status
  }

  test.each(['following', 'mentionedUsers', 'subscribers', 'verified'])('%s keeps a stranger out', async (settings) => {
    expect(await reply({}, settings, 'Hello')).toBe(403)
  })

  test('accounts that the author follows, verified ones, and who is mentioned', async () => {
    expect(await reply({}, 'following', 'Hello', true)).toBe(201)
    expect(await reply({ verifiedTypes: { ada_demo: 'blue' } }, 'verified', 'Hello')).toBe(201)
    for (const settings of ['following', 'mentionedUsers', 'verified']) {
      expect(await reply({}, settings, 'Hello @ada_demo')).toBe(201)
    }
  })
})
