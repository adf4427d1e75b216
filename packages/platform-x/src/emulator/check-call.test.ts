import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XCheck } from './check-call.ts'

let x: X
afterEach(() => x.close())

/** Everything is wrong with this call; what it is refused for was looked at first. */
async function findFirst(order: readonly XCheck[], token?: string | null) {
  x = await startX({
    checkOrder: order,
    enrolled: false,
    scopes: ['users.read'],
    billing: 'credits_depleted',
    rateLimits: { 'POST /2/tweets': { user: 0, app: 0 } },
    accountStates: { ada_demo: 'suspended' },
  })
  const { status, json } = await x.post('/2/tweets', { wrong: true, text: '$TSLA and $AAPL' }, token)
  await x.close()
  if (json.detail?.includes('cashtag')) return 'cashtag'
  return json.reason ?? (json.errors?.[0]?.code === undefined ? `${status} ${json.title}` : json.errors[0].code)
}

const signs: readonly (readonly [XCheck, unknown])[] = [
  ['enrolment', 'client-not-enrolled'],
  ['scopes', '403 Forbidden'],
  ['billing', '402 CreditsDepleted'],
  ['limits', '429 Too Many Requests'],
  ['values', '400 Invalid Request'],
  ['account', 64],
  ['rules', 'cashtag'],
]

describe('a call with every fault', () => {
  test.each(signs)('is refused for %s where that comes first', async (check, sign) => {
    expect(await findFirst([check])).toBe(sign)
  })

  test('is refused by the default order, fault by fault', async () => {
    const names = signs.map(([name]) => name)
    for (const [index, [, sign]] of signs.entries()) {
      const last = names.slice(0, index)
      expect(await findFirst([...names.filter((name) => !last.includes(name)), ...last])).toBe(sign)
    }
  })

  test('without a token is refused for that, unless something else comes before', async () => {
    expect(await findFirst([], null)).toBe('401 Unauthorized')
    expect(await findFirst(['scopes', 'limits', 'kind', 'account'], null)).toBe('401 Unauthorized')
    expect(await findFirst(['values'], null)).toBe('400 Invalid Request')
  })

  test('by the app alone is refused for the kind of its token', async () => {
    expect(await findFirst([], 'emulated-x-app-bearer-token')).toBe('403 Unsupported Authentication')
  })
})

test('a query is looked at before the account, as a body is', async () => {
  x = await startX({ accountStates: { ada_demo: 'suspended' } })
  const keys = 'start_time=2026-12-01T00:00:00Z&end_time=2026-12-02T00:00:00Z'
  for (const path of [
    '/2/tweets?ids=x',
    '/2/tweets/x',
    `/2/users/${x.ada.id}/tweets?max_results=1`,
    `/2/users/${x.ada.id}/mentions?max_results=1`,
    '/2/tweets/search/recent?query=',
    '/2/tweets/1/quote_tweets?max_results=1',
    '/2/users?ids=x',
    '/2/users/by?usernames=a-b',
    '/2/media?media_keys=x',
    `/2/tweets/analytics?ids=x&${keys}`,
    `/2/media/analytics?media_keys=x&${keys}`,
  ]) {
    expect([path, (await x.get(path)).status]).toEqual([path, 400])
  }
  expect((await x.send('DELETE', '/2/tweets/x')).status).toBe(400)
})
