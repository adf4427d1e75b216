import { startEmulator } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import { createXEmulator } from './x-emulator.ts'

let x: X
afterEach(() => x.close())

const tooMany = { title: 'Too Many Requests', type: 'about:blank', status: 429, detail: 'Too Many Requests' }
const quarterMs = 15 * 60_000

describe('windows', () => {
  test('count per user and endpoint, and end', async () => {
    x = await startX({ rateLimits: { 'POST /2/tweets': { user: 2 } } })
    const first = await x.tweet('1')
    const reset = String((x.clock.now() + quarterMs) / 1000)
    expect([...first.headers].filter(([name]) => name.startsWith('x-rate-limit'))).toEqual([
      ['x-rate-limit-limit', '2'],
      ['x-rate-limit-remaining', '1'],
      ['x-rate-limit-reset', reset],
    ])
    await x.tweet('2')
    const third = await x.tweet('3')
    expect([third.status, third.json, third.headers.get('x-rate-limit-remaining')]).toEqual([429, tooMany, '0'])
    expect((await x.tweet('3', {}, x.bea.accessToken)).status).toBe(201)
    expect((await x.get('/2/users/me')).status).toBe(200)
    x.clock.advance(quarterMs)
    expect((await x.tweet('3')).status).toBe(201)
    expect(x.emulator.posts()).toHaveLength(4)
  })

  test('of 24 hours refuse while the 15 minutes look full; headers only where the switch says so', async () => {
    const limits = { rateLimits: { 'POST /2/tweets': { user: 100, userDay: 5, appDay: 1 } } }
    x = await startX(limits)
    await x.tweet('1')
    const hidden = await x.tweet('2', {}, x.bea.accessToken)
    expect([
      hidden.status,
      hidden.headers.get('x-rate-limit-remaining'),
      hidden.headers.get('x-app-limit-24hour-limit'),
    ]).toEqual([429, '100', null])
    await x.close()
    x = await startX({ ...limits, dayHeaders: 'present' })
    await x.tweet('1')
    const shown = await x.tweet('2')
    expect([
      shown.headers.get('x-app-limit-24hour-remaining'),
      shown.headers.get('x-user-limit-24hour-remaining'),
    ]).toEqual(['0', '4'])
    expect(Number(shown.headers.get('x-app-limit-24hour-reset'))).toBe((x.clock.now() + 24 * 3_600_000) / 1000)
  })
})

test('the fault rate_limit has the forms that X has', async () => {
  x = await startX()
  const hit = async (scope?: string) => {
    const fault = { kind: 'rate_limit', retryAfterMs: 60_000, ...(scope === undefined ? {} : { scope }) } as const
    x.emulator.addFault({ match: {}, fault })
    return x.tweet('a')
  }
  const reset = String(x.clock.now() / 1000 + 60)
  expect((await hit()).headers.get('x-rate-limit-reset')).toBe(reset)
  const app = await hit('app')
  expect([app.headers.get('x-rate-limit-remaining'), app.headers.get('x-app-limit-24hour-reset')]).toEqual([
    '97',
    reset,
  ])
  expect((await hit('user_day')).headers.get('x-user-limit-24hour-remaining')).toBe('0')
  expect((await hit('no_headers')).headers.get('x-rate-limit-limit')).toBeNull()
  expect((await hit('legacy')).json).toEqual({ errors: [{ code: 88, message: 'Rate limit exceeded' }] })
  expect((await hit('usage')).json).toMatchObject({ title: 'UsageCapExceeded', product_name: 'standard-basic' })
  expect(x.emulator.posts()).toEqual([])
})

describe('money', () => {
  test('that is used up refuses with 402 and full windows', async () => {
    x = await startX({ billing: 'credits_depleted' })
    const refused = await x.tweet('a')
    expect([refused.status, refused.headers.get('x-rate-limit-remaining')]).toEqual([402, '100'])
    expect(JSON.stringify(refused.json)).toHaveLength(185)
  })

  test('may be refilled while the emulator runs', async () => {
    x = await startX()
    const switches: { billing: 'funded' | 'credits_depleted' } = { billing: 'credits_depleted' }
    const emulator = await startEmulator(createXEmulator(switches), { now: x.clock.now })
    const { accessToken } = x.ada
    const ask = () => fetch(`${emulator.url}/2/users/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect((await ask()).status).toBe(402)
    switches.billing = 'funded'
    expect((await ask()).status).toBe(200)
    await emulator.close()
  })

  test('beyond the spending limit refuses everything, with the day that it ends', async () => {
    x = await startX({ billing: 'spend_cap_reached', billingAtTokenEndpoint: 'refuses' })
    const refused = await x.get('/2/users/me')
    expect([refused.status, refused.json.title, refused.json.reset_date]).toEqual([
      403,
      'SpendCapReached',
      '2027-01-01',
    ])
    const basic = Buffer.from(`${x.app.clientId}:${x.app.clientSecret}`).toString('base64')
    const fields = { grant_type: 'refresh_token', refresh_token: x.ada.refreshToken ?? '' }
    expect((await x.form('/2/oauth2/token', fields, { authorization: `Basic ${basic}` })).json.title).toBe(
      'SpendCapReached',
    )
  })

  test('for reads that is used up leaves writes alone', async () => {
    x = await startX({ billing: 'usage_capped' })
    expect((await x.tweet('a')).status).toBe(201)
    expect((await x.get(`/2/users/${x.ada.id}/tweets`)).status).toBe(429)
  })
})

test('an app that is not enrolled is refused', async () => {
  x = await startX({ enrolled: false })
  expect((await x.get('/2/users/me')).json).toMatchObject({ title: 'Client Forbidden', reason: 'client-not-enrolled' })
})
