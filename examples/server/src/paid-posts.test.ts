import { createLedger, type Ledger, parseAmount } from '@ofm-social/budget'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import { createFixedClock, type Emulator } from '@ofm-social/core/testing'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBudgetSpending } from './spend-from-budgets.ts'
import { startTestApp, type TestApp } from './testing/start-test-app.ts'

/** A budget renews every hour, so that no test waits for a month. */
const hourSeconds = 3_600

let app: TestApp
let emulator: Emulator
let ledger: Ledger
let key: string
const access = { open: async () => ledger, sweepAll: async () => {} }

beforeAll(async () => {
  let now = createFixedClock().now
  emulator = await startXEmulator({ now: () => now() })
  const credentials = emulator.credentials()
  app = await startTestApp(
    { ledger: access },
    {
      adapters: [createXAdapter({ baseUrl: emulator.url })],
      apps: { x: credentials.app },
      spending(clock) {
        now = clock
        ledger = createLedger({ store: createMemoryLedgerStore({ now: clock }) })
        return createBudgetSpending(access)
      },
    },
  )
  // Its tokens begin at the clock of the app.
  emulator.reset()
  key = await app.apiKeys.create({ agency: (await app.social.agency.get()).externalId, name: 'paying' })
})
afterAll(async () => {
  await app.close()
  await ledger.close()
  await emulator.close()
})

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await app.request(method, path, { as: key, body })
  expect([200, 201], answer.text).toContain(answer.status)
  return answer.body
}

/** What the platform counts, at its own prices. */
const billed = () => `${Number(emulator.credentials().app.spentMicroUsd) / 1_000_000} USD`

/** What the books say, from their first entry on. */
async function readBooked(): Promise<string> {
  const { items } = await call('GET', '/v1/budgets/agency/entries?limit=200')
  const nanos = items.reduce((sum: bigint, { settledChange }: { settledChange: string }) => {
    const [amount = '', currency = ''] = settledChange.split(' ')
    return sum + parseAmount(amount, currency).amountNanos
  }, 0n)
  return `${Number(nanos) / 1_000_000_000} USD`
}

async function publish(text: string): Promise<string> {
  const { items } = await call('GET', '/v1/accounts')
  const created = await call('POST', '/v1/posts', { to: [items[0].id], text })
  expect(created.quote).toEqual({ x: { requests: 1, usd: '0.2', why: 'one post with a link' } })
  await app.social.settle()
  return created.publications[0].id
}

test('posts on X are quoted, reserved, settled by what X counts, held when the money is used up, and go on', async () => {
  const from = app.social.now().toISOString()
  const period = { everySeconds: hourSeconds, from }
  await call('POST', '/v1/budgets', { budget: 'agency', limit: '0.4 USD', period, alertAt: [0.5] })
  const told: string[] = []
  await app.social.on('budget.*', ({ id, alert }) => void told.push(`${id} ${alert.rule} ${alert.after}`))
  const accessToken = emulator.credentials().accounts[0]?.accessToken ?? ''
  const account = await call('POST', '/v1/accounts', { creator: 'ada', platform: 'x', tokens: { accessToken } })
  const checked = await call('POST', '/v1/posts/check', { to: [account.id], text: 'Link in bio: example.com' })
  expect(checked).toEqual({
    problems: [],
    warnings: [],
    quote: { x: { requests: 1, usd: '0.2', why: 'one post with a link' } },
  })

  // The answer is lost: the post is live, and whether it is has to be looked up.
  emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, times: 1, fault: { kind: 'accept_then_reset' } })
  const first = await publish('Link in bio: example.com')
  expect(await call('GET', `/v1/publications/${first}`)).toMatchObject({ state: 'publishing' })
  const open = await call('GET', '/v1/budgets/agency')
  expect(open).toMatchObject({ reserved: '0.30 USD', settled: '0.01 USD', available: '0.09 USD' })
  await app.social.advance('5min')
  const live = await call('GET', `/v1/publications/${first}`)
  expect([live.state, emulator.posts().length]).toEqual(['published', 1])
  const [attempt] = live.parts[0].attempts
  expect(attempt.reserved).toMatchObject({ usd: '0.3', budget: 'agency' })
  const { items } = await call('GET', `/v1/budgets/agency/entries?reservation=${attempt.reserved.reservation}`)
  expect(items).toMatchObject([
    { kind: 'settle', settledChange: '0.205 USD', reservedChange: '-0.30 USD', reference: first, marks: [] },
    { kind: 'reserve', settledChange: '0.00 USD', reservedChange: '0.30 USD', reference: first },
  ])
  expect([await readBooked(), billed()]).toEqual(['0.215 USD', '0.215 USD'])

  const second = await publish('More on example.com')
  const held = await call('GET', `/v1/publications/${second}`)
  const renewsAt = new Date(Date.parse(from) + hourSeconds * 1_000)
  expect(held.hold).toMatchObject({ reason: 'budget', until: renewsAt.toISOString() })
  expect(held.hold.message).toMatch(/^Budget agency has 0\.185 USD left, renews on \d+ \w+ at \d\d:\d\d UTC\.$/)
  expect(emulator.posts()).toHaveLength(1)

  await call('PATCH', '/v1/budgets/agency', { limit: '0.55 USD' })
  await app.social.advance('15min')
  expect(await call('GET', `/v1/publications/${second}`)).toMatchObject({ state: 'published', hold: null })
  expect([await readBooked(), billed()]).toEqual(['0.415 USD', '0.415 USD'])

  const third = await publish('The last of example.com')
  expect((await call('GET', `/v1/publications/${third}`)).hold).toMatchObject({ reason: 'budget' })
  await app.social.advance(renewsAt.getTime() - app.social.now().getTime())
  expect(await call('GET', `/v1/publications/${third}`)).toMatchObject({ state: 'published', hold: null })
  expect(await call('GET', '/v1/budgets/agency')).toMatchObject({ settled: '0.20 USD', reserved: '0.00 USD' })
  expect([await readBooked(), billed()]).toEqual(['0.615 USD', '0.615 USD'])
  expect((await ledger.forTenant((await app.social.agency.get()).externalId).checkLedger()).findings).toEqual([])

  expect(told.map((line) => line.replace(/^\S+ /, ''))).toEqual(['settled 50% 0.215 USD', 'settled 50% 0.415 USD'])
  expect(new Set(told.map((line) => line.split(' ')[0])).size).toBe(2)
  expect((await call('GET', '/v1/budget-alerts')).items).toEqual([])
})
