import { BudgetError, type BudgetErrorCode, createLedger, usd } from '@ofm-social/budget'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBudgetSpending } from '../spend-from-budgets.ts'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const month = { period: 'month', timeZone: 'Europe/Paris' }

test('a budget is set, read, changed, frozen and listed', async () => {
  const body = { budget: 'agency', limit: '500 USD', alertAt: [0.8], ...month }
  const set = await app.request('POST', '/v1/budgets', { body })
  expect([set.status, set.body]).toMatchObject([201, { limit: '500.00 USD', settled: '0.00 USD', state: 'open' }])
  await app.request('POST', '/v1/budgets', { body: { ...body, budget: 'agency/ada', limit: '40 USD' } })
  const changed = await app.request('PATCH', '/v1/budgets/agency%2Fada', { body: { limit: '50.5 USD' } })
  expect(changed.body).toMatchObject({ budget: 'agency/ada', limit: '50.50 USD', timeZone: 'Europe/Paris' })
  const state = { state: 'frozen', reason: 'campaign is over' }
  expect((await app.request('POST', '/v1/budgets/agency%2Fada/state', { body: state })).body.state).toBe('frozen')
  expect((await app.request('GET', '/v1/budgets?below=agency%2Fada')).body.items).toHaveLength(1)
  const amount = { amount: '1 USD' }
  const check = await app.request('POST', '/v1/budgets/agency%2Fada/check', { body: amount })
  expect(check.body).toMatchObject({ allowed: false, refusal: { code: 'frozen', budget: 'agency/ada' } })
  const entries = await app.request('GET', '/v1/budgets/agency/entries?limit=1')
  expect(entries.body.items[0]).toMatchObject({ kind: 'state', reason: 'campaign is over' })
  expect(entries.headers.get('link')).toContain('rel="next"')
})

test('a budget is set once under one Idempotency-Key, and mistakes are named', async () => {
  const headers = { 'idempotency-key': 'b-1' }
  const body = { budget: 'once', limit: '5 USD', period: 'once' }
  await app.request('POST', '/v1/budgets', { body, headers })
  await app.request('PATCH', '/v1/budgets/once', { body: { limit: '7 USD' } })
  const again = await app.request('POST', '/v1/budgets', { body, headers })
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
  expect((await app.request('GET', '/v1/budgets/once')).body.limit).toBe('7.00 USD')
  const orphan = { budget: 'nobody/ada', limit: '5 USD', period: 'day' }
  expect((await app.request('POST', '/v1/budgets', { body: orphan })).status).toBe(404)
  const wrong = { budget: 'once', limit: 5, period: 'sometimes' }
  expect((await app.request('POST', '/v1/budgets', { body: wrong })).body).toMatchObject({ status: 400 })
  const zone = { budget: 'once', period: 'day', timeZone: 'Nowhere' }
  const said = await app.request('POST', '/v1/budgets', { body: zone })
  expect([said.status, said.body.errors[0]?.pointer]).toEqual([400, '/timeZone'])
})

test('all that is wrong with a request is named at once, and where it stands', async () => {
  const pointersOf = async (method: string, path: string, body?: unknown) => {
    const answer = await app.request(method, path, { body })
    expect(answer.status).toBe(400)
    return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)
  }
  const wrong = { budget: 'agency//ada', limit: '9999999999 USD', period: 'sometimes', alertAt: [0.8] }
  expect(await pointersOf('POST', '/v1/budgets', wrong)).toEqual(['/limit', '/period', '/budget'])
  const period = { everySeconds: 9e15, from: '2026-01-01T00:00:00Z' }
  const refused = { budget: 'bad', period, currency: 'usd', timeZone: 'Nowhere', alertAt: [11] }
  expect(await pointersOf('POST', '/v1/budgets', refused)).toEqual([
    ...['/currency', '/period/everySeconds', '/timeZone', '/alertAt/0'],
  ])
  expect(await pointersOf('PATCH', '/v1/budgets/a%2F%2Fb', { limit: 5 })).toEqual(['path:/budget', '/limit'])
  expect(await pointersOf('POST', '/v1/budgets/agency/check', { amount: '-1 USD' })).toEqual(['/amount'])
  expect(await pointersOf('GET', '/v1/budget-alerts?limit=0&after=x')).toEqual(['query:/limit', 'query:/after'])
  expect(await pointersOf('GET', '/v1/budgets/a%2F%2Fb/entries?after=x')).toEqual(['path:/budget', 'query:/after'])
})

test.each<[BudgetErrorCode, string]>([
  ['unavailable', 'ledger_unavailable'],
  ['schema_missing', 'misconfigured'],
])('a ledger that is %s is no mistake of the caller, and a quote needs none', async (code, told) => {
  const open = async () => {
    throw new BudgetError(code, 'The ledger is not there.')
  }
  const away = await startTestApp({ ledger: { open } })
  const { status, body } = await away.request('GET', '/v1/budgets')
  expect([status, body.code]).toEqual([503, told])
  const call = { vendor: 'openai', model: 'gpt-4o-mini', inputTokens: 1, outputTokensMax: 1 }
  expect((await away.request('POST', '/v1/quotes', { body: { call } })).status).toBe(200)
  await away.close()
})

test('a budget rolls, and one watches its parent for a vendor', async () => {
  const parent = { budget: 'rolling', limit: '10 USD', period: { rollingHours: 24 }, whileAway: 'open' }
  expect((await app.request('POST', '/v1/budgets', { body: parent })).body).toMatchObject({ endsAt: null })
  const watching = { budget: 'rolling/openai', limit: '1 USD', period: 'day', match: { vendor: 'openai' } }
  const { status, body } = await app.request('POST', '/v1/budgets', { body: watching })
  expect([status, body.match]).toEqual([201, { vendor: 'openai' }])
  const request = { budget: 'rolling', amount: usd('2'), vendor: 'openai' }
  await expect(app.ledger.reserve(request)).rejects.toMatchObject({ code: 'exceeded', budget: 'rolling/openai' })
  const wrong = { ...watching, match: {} }
  expect((await app.request('POST', '/v1/budgets', { body: wrong })).status).toBe(400)
})

test('a budget is read in the period that holds a moment, and says whether its sums may still move', async () => {
  const body = { budget: 'monthly', limit: '10 USD', ...month }
  const { startsAt, endsAt } = (await app.request('POST', '/v1/budgets', { body })).body
  await app.ledger.reserve({ budget: 'monthly', amount: usd('4'), id: 'monthly-1' })
  const held = await app.request('GET', `/v1/budgets/monthly?at=${startsAt}`)
  expect(held).toMatchObject({ status: 200, body: { startsAt, endsAt, reserved: '4.00 USD', provisional: true } })
  await app.ledger.settle('monthly-1', usd('1'))
  const settled = (await app.request('GET', '/v1/budgets/monthly')).body
  expect(settled).toMatchObject({ startsAt, settled: '1.00 USD', provisional: false })
  const before = await app.request('GET', '/v1/budgets/monthly?at=2001-01-01T00:00:00Z')
  expect([before.status, before.body.code]).toEqual([404, 'not_found'])
  expect((await app.request('GET', '/v1/budgets/monthly?at=yesterday')).status).toBe(400)
})

test('alerts are listed until they are dismissed', async () => {
  const body = { budget: 'alerting', limit: '10 USD', period: 'month', alertAt: [0.5] }
  await app.request('POST', '/v1/budgets', { body })
  await app.ledger.record({ budget: 'alerting', cost: usd('6') })
  const { items } = (await app.request('GET', '/v1/budget-alerts')).body
  expect(items).toMatchObject([{ budget: 'alerting', rule: 'settled 50%', after: '6.00 USD' }])
  expect((await app.request('POST', `/v1/budget-alerts/${items[0].id}/dismiss`)).status).toBe(204)
  expect((await app.request('POST', `/v1/budget-alerts/${items[0].id}/dismiss`)).status).toBe(404)
})

test('a call of a model is quoted with each of its prices, and an unknown model is refused', async () => {
  const call = { vendor: 'openai', model: 'gpt-4o-mini', inputTokens: 1_000, outputTokensMax: 100 }
  const { status, body } = await app.request('POST', '/v1/quotes', { body: { call } })
  expect([status, body]).toMatchObject([200, { model: 'gpt-4o-mini', basis: 'strict' }])
  expect(body.lines.map(({ meter }: { meter: string }) => meter).toSorted()).toEqual(['input', 'output'])
  const unknown = await app.request('POST', '/v1/quotes', { body: { call: { ...call, model: 'gpt-0' } } })
  expect([unknown.status, unknown.body.code]).toEqual([422, 'price_unknown'])
})

test('a rate is kept once, and amounts in another currency than their budget’s are checked and paid with it', async () => {
  await app.request('POST', '/v1/budgets', { body: { budget: 'euros', limit: '1 EUR', ...month } })
  const check = () => app.request('POST', '/v1/budgets/euros/check', { body: { amount: '1 USD' } })
  expect((await check()).body).toMatchObject({ allowed: false, refusal: { code: 'currency_mismatch' } })
  const day = new Date().toISOString().slice(0, 10)
  const rate = { from: 'EUR', to: 'USD', rate: '1.25', day, source: 'https://www.ecb.europa.eu' }
  const added = await app.request('POST', '/v1/exchange-rates', { body: { ...rate, by: 'ops' } })
  expect([added.status, added.body]).toMatchObject([201, { ...rate, actor: 'ops' }])
  expect((await app.request('GET', '/v1/exchange-rates')).body.items).toEqual([added.body])
  expect((await check()).body).toMatchObject({ allowed: true })
  await app.ledger.record({ budget: 'euros', cost: usd('1') })
  expect((await app.request('GET', '/v1/budgets/euros')).body.settled).toBe('0.80 EUR')
  const { items } = (await app.request('GET', '/v1/budgets/euros/entries?limit=1')).body
  expect(items[0].details).toMatchObject({ conversion: { from: 'USD', to: 'EUR', day, amountNanos: '1000000000' } })
  const other = await app.request('POST', '/v1/exchange-rates', { body: { ...rate, rate: '1.26' } })
  expect([other.status, other.body.code]).toEqual([409, 'not_allowed'])
  const wrong = await app.request('POST', '/v1/exchange-rates', { body: { ...rate, to: 'EUR' } })
  expect([wrong.status, wrong.body.errors[0]?.pointer]).toEqual([400, '/to'])
})

test('spending is paid from the nearest budget that exists, and counts nowhere without one', async () => {
  const ledger = createLedger({ store: createMemoryLedgerStore() })
  const spending = createBudgetSpending({ open: async () => ledger, sweepAll: async () => {} })
  const request = { id: 'r1', budget: 'agency/ada', amount: usd('1'), lifetimeMs: 60_000, reference: 'pub_1' }
  expect(await spending.reserve(request)).toBeNull()
  expect(await spending.record({ id: 'r2', budget: 'agency/ada', cost: usd('1'), reference: 'pub_2' })).toBeNull()
  await ledger.setBudget('agency', { limit: usd('1.5'), period: 'month' })
  expect(await spending.reserve(request)).toMatchObject({ budget: 'agency', state: 'open' })
  await ledger.setBudget('agency/ada', { limit: usd('1'), period: 'month' })
  expect(await spending.reserve(request)).toMatchObject({ budget: 'agency', state: 'open' })
  await expect(spending.reserve({ ...request, id: 'r3' })).rejects.toMatchObject({ code: 'exceeded', budget: 'agency' })
  await spending.settle('r1', usd('0.2'))
  expect(await spending.reserve({ ...request, id: 'r3' })).toMatchObject({ budget: 'agency/ada' })
  expect(await spending.forTenant?.('other').reserve({ ...request, id: 'r4' })).toBeNull()
})
