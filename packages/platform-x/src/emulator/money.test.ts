import { createFixedClock, sampleAsset, startEmulator } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'
import { createXEmulator } from './x-emulator.ts'

let x: X
afterEach(() => x.close())

const charges = () => x.emulator.credentials().app.charges
const spent = () => x.emulator.credentials().app.spentMicroUsd

test('posts cost by what is in them, refusals nothing', async () => {
  x = await startX()
  const first = (await x.tweet('Plain')).json.data.id
  await x.tweet('See example.com')
  await x.tweet('Part two', { reply: { in_reply_to_tweet_id: first } })
  await x.tweet('Ask me, @bea_demo')
  const summons = x.emulator.posts().at(-1)?.id
  await x.tweet('Gladly', { reply: { in_reply_to_tweet_id: summons } }, x.bea.accessToken)
  await x.tweet('Plain')
  await x.send('DELETE', `/2/tweets/${first}`)
  expect(charges()).toEqual({
    'post.create': { count: 3, microUsd: 45_000 },
    'post.create.with_url': { count: 1, microUsd: 200_000 },
    'post.create.summoned': { count: 1, microUsd: 10_000 },
    'interaction.delete': { count: 1, microUsd: 10_000 },
  })
})

test('reads are billed once a day, with what is included; own ones of the owner of the app are cheap', async () => {
  x = await startX({ appOwner: 'ada_demo' })
  const { id } = (await x.tweet('Read me', {}, x.bea.accessToken)).json.data
  const before = Number(spent())
  await x.get(`/2/tweets/${id}`)
  await x.get(`/2/tweets?ids=${id},1&expansions=author_id`)
  expect(Number(spent()) - before).toBe(5000 + 10_000)
  x.clock.advance(12 * 3_600_000)
  await x.get(`/2/tweets/${id}`, String(x.app.bearerToken))
  expect(Number(spent()) - before).toBe(2 * 5000 + 10_000)
  await x.close()
  x = await startX({ appOwner: 'ada_demo' })
  await x.tweet('Mine')
  await x.get(`/2/users/${x.ada.id}/tweets`)
  expect(charges()).toMatchObject({ 'owned.read': { count: 1, microUsd: 1000 } })
})

test('without money everything answers 402, with the limits as they were', async () => {
  x = await startX({ balanceMicroUsd: 20_000 })
  expect((await x.tweet('One')).status).toBe(201)
  expect((await x.tweet('Two')).status).toBe(201)
  const refused = await x.tweet('Three')
  expect([refused.status, refused.json.title]).toEqual([402, 'CreditsDepleted'])
  expect(refused.headers.get('x-rate-limit-remaining')).toBe('98')
  expect((await x.get('/2/users/me')).status).toBe(402)
  const page = await (await fetch(`${x.emulator.url}/i/console`)).text()
  expect(page).toContain('Spent $0.030, balance $-0.010.')
  expect(page).toContain('<td>post.create</td><td>2</td><td>$0.030</td>')
})

test('a filled up balance ends it: switches are read on every request', async () => {
  const switches: { balanceMicroUsd: number } = { balanceMicroUsd: 0 }
  const emulator = await startEmulator(createXEmulator(switches), { now: createFixedClock().now })
  const token = emulator.credentials().accounts[0]?.accessToken
  const me = () => fetch(`${emulator.url}/2/users/me`, { headers: { authorization: `Bearer ${token}` } })
  try {
    expect((await me()).status).toBe(402)
    switches.balanceMicroUsd = 5_000_000
    expect((await me()).status).toBe(200)
  } finally {
    await emulator.close()
  }
})

test('a spend cap is a 403 until the next cycle', async () => {
  x = await startX({ spendCapMicroUsd: 15_000, accessTokenLifeMs: 60 * 86_400_000 })
  expect((await x.tweet('One')).status).toBe(201)
  const refused = await x.tweet('Two')
  expect([refused.status, refused.json.title, refused.json.reset_date]).toEqual([403, 'SpendCapReached', '2027-01-01'])
  x.clock.advance(31 * 86_400_000)
  expect((await x.tweet('Two')).status).toBe(201)
})

test('a cycle begins on the day of the purchase', async () => {
  x = await startX({ spendCapMicroUsd: 15_000, cycleDay: 20, accessTokenLifeMs: 60 * 86_400_000 })
  await x.tweet('One')
  expect((await x.tweet('Two')).json.reset_date).toBe('2026-12-20')
  x.clock.advance(19 * 86_400_000)
  expect((await x.tweet('Two')).status).toBe(201)
  expect((await x.tweet('Three')).json.reset_date).toBe('2027-01-20')
})

test('at the spending limit the status is the one of the switch', async () => {
  x = await startX({ billing: 'spend_cap_reached', spendCapRefusal: 'status_402' })
  const refused = await x.tweet('One')
  expect([refused.status, refused.json.title]).toEqual([402, 'SpendCapReached'])
})

test('reads of posts end at the cap of the plan, and writes go on', async () => {
  x = await startX({ postReadsMax: { payg: 1 } })
  const { id } = (await x.tweet('One')).json.data
  expect((await x.get(`/2/tweets/${id}`)).status).toBe(200)
  const refused = await x.get(`/2/tweets/${id}`)
  expect([refused.status, refused.json.title]).toEqual([429, 'UsageCapExceeded'])
  expect((await x.tweet('Two')).status).toBe(201)
  const usage = await x.get('/2/usage/tweets', String(x.app.bearerToken))
  expect(usage.json.data).toMatchObject({ cap_reset_day: 1, project_cap: '1', project_usage: '1' })
})

test('the balance is told where the switch says so', async () => {
  x = await startX()
  expect((await x.get('/2/usage/credits', String(x.app.bearerToken))).status).toBe(404)
  await x.close()
  x = await startX({ usageCredits: 'answers', balanceMicroUsd: 50_000_000 })
  await x.tweet('See example.com')
  expect((await x.get('/2/usage/credits', String(x.app.bearerToken))).json).toEqual({
    data: { free_balance: 0, prepaid_balance: 49.8, total_balance: 49.8 },
  })
})

test('a low balance is filled up by itself, not when it is gone, and not twice in five minutes', async () => {
  x = await startX({
    balanceMicroUsd: 30_000,
    autoRecharge: { thresholdMicroUsd: 20_000, amountMicroUsd: 10_000 },
    usageCredits: 'answers',
  })
  const post = async (text: string) => {
    const { status } = await x.tweet(text)
    const page = await (await fetch(`${x.emulator.url}/i/console`)).text()
    return [status, /balance \$(-?[\d.]+)\./.exec(page)?.[1]]
  }
  expect(await post('One')).toEqual([201, '0.025'])
  expect(await post('Two')).toEqual([201, '0.010'])
  x.clock.advance(300_000)
  expect(await post('Three')).toEqual([201, '-0.005'])
  expect(await post('Four')).toEqual([402, '-0.005'])
})

test('prices are those of the switch where it names them', async () => {
  x = await startX({ prices: { 'post.create': 1 } })
  await x.tweet('Cheap')
  expect(spent()).toBe(1)
})

test('usage counts posts read by day, for the app alone', async () => {
  x = await startX()
  const { id } = (await x.tweet('Read me')).json.data
  await x.get(`/2/tweets/${id}`)
  x.clock.advance(86_400_000)
  await x.get(`/2/tweets/${id}`, String(x.app.bearerToken))
  const usage = await x.get('/2/usage/tweets?usage.fields=daily_client_app_usage&days=2', String(x.app.bearerToken))
  expect(usage.json.data).toMatchObject({
    project_usage: '2',
    daily_client_app_usage: [
      {
        client_app_id: x.app.id,
        usage: [
          { date: '2026-12-01T00:00:00.000Z', usage: '1' },
          { date: '2026-12-02T00:00:00.000Z', usage: '1' },
        ],
      },
    ],
  })
  expect((await x.get('/2/usage/tweets?days=91', String(x.app.bearerToken))).status).toBe(400)
})

describe('what nobody has verified about prices', () => {
  const url = { 'post.create.with_url': { count: 1, microUsd: 200_000 } }
  const plain = { 'post.create': { count: 1, microUsd: 15_000 } }

  test.each([
    ['https://example.com', 'with_protocol'],
    ['example.com', 'bare'],
    ['https://t.co/abc', 'short'],
    ['https://x.com/ada_demo/status/1', 'post'],
    ['@ada_demo.com', 'handle'],
  ] as const)('%s makes a post dear as long as %s does', async (text, kind) => {
    const all = ['with_protocol', 'bare', 'short', 'post', 'quote', 'handle'] as const
    x = await startX({ pricedUrls: [kind] })
    await x.tweet(text)
    expect(charges()).toEqual(url)
    await x.close()
    x = await startX({ pricedUrls: all.filter((each) => each !== kind) })
    await x.tweet(text)
    expect(charges()).toEqual(plain)
  })

  test('a quote is a link, or none', async () => {
    for (const pricedUrls of [['quote'], []] as const) {
      x = await startX({ plan: 'enterprise', pricedUrls, prices: { 'post.create': 0 } })
      const { id } = (await x.tweet('One')).json.data
      await x.tweet('Two', { quote_tweet_id: id })
      expect(spent()).toBe(pricedUrls.length * 200_000)
      await x.close()
    }
  })

  test('replies to oneself, edits, deletions and refusals cost as the switches say', async () => {
    const prices = { 'post.create': 100, 'post.create.summoned': 10, 'interaction.delete': 3, 'content.manage': 1 }
    const subscriptions = { ada_demo: 'Premium' } as const
    const spend = async (switches: XEmulatorSwitches) => {
      x = await startX({ prices, subscriptions, ...switches })
      const costs: number[] = []
      const pay = async (call: Promise<unknown>) => {
        const before = Number(spent())
        await call
        costs.push(Number(spent()) - before)
      }
      const { id } = (await x.tweet('One')).json.data
      await pay(x.tweet('Two', { reply: { in_reply_to_tweet_id: id } }))
      await pay(x.tweet('Edited', { edit_options: { previous_post_id: id } }))
      await pay(x.tweet('Two'))
      await pay(x.send('DELETE', `/2/tweets/${id}`))
      await x.close()
      return costs
    }
    expect(await spend({})).toEqual([100, 100, 0, 3])
    const others = {
      selfReplyBilling: 'summoned',
      editBilling: 'free',
      refusedWrites: 'billed',
      deleteBilling: 'content.manage',
    } as const
    expect(await spend(others)).toEqual([10, 0, 100, 1])
  })

  test('included media and polls are free, or priced', async () => {
    x = await startX({ prices: { 'poll.read': 7, 'media.upload': 9 } })
    const { id } = (await x.tweet('Which?', { poll: { options: ['a', 'b'], duration_minutes: 5 } })).json.data
    await x.get(`/2/tweets/${id}?expansions=attachments.poll_ids`)
    await x.get(`/2/tweets/${id}?expansions=attachments.poll_ids`)
    await x.upload(sampleAsset('jpeg').bytes, 'image/jpeg', 'tweet_image')
    const media = Buffer.from(sampleAsset('jpeg').bytes).toString('base64')
    await x.post('/2/media/upload', { media, media_category: 'tweet_image' })
    expect(charges()).toMatchObject({
      'poll.read': { count: 1, microUsd: 7 },
      'media.upload': { count: 2, microUsd: 18 },
    })
  })
})
