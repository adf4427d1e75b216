import { describe, expect, test } from 'vitest'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { RefreshResult } from '../platform/platform-oauth.ts'
import { Secret } from '../platform/secret.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createRenewConnections } from './renew-connections.ts'
import type { RenewalStore } from './renewal-store.ts'

const DAY_MS = 86_400_000

/** A platform that only keeps permissions, sixty days each; `refresh` answers when a permission is renewed. */
function createKeeper(answer: () => RefreshResult) {
  const renewed: string[] = []
  let told = (): void => undefined
  const adapter: PlatformAdapter = {
    platform: 'keeper',
    displayName: 'Keeper',
    limits: { textLengthMax: 280, source: 'https://example.com', checkedOn: '2026-11-26' },
    checkPart: () => [],
    publish: () => Promise.reject(new Error('nothing is published here')),
    async readAccount(context) {
      const token = (await context.accessToken()).reveal()
      return { externalId: token, username: token }
    },
    oauth: {
      scopes: [],
      pkce: false,
      authorizeUrl: () => 'https://example.com',
      exchange: () => Promise.reject(new Error('nobody logs in here')),
      async refresh({ refreshToken }) {
        renewed.push(refreshToken?.reveal() ?? '')
        told()
        return answer()
      },
    },
  }
  return { adapter, renewed, untilTold: () => new Promise<void>((resolve) => (told = resolve)) }
}

const fresh = (): RefreshResult => ({
  status: 'refreshed',
  tokens: {
    accessToken: new Secret('access 2'),
    refreshToken: new Secret('refresh 2'),
    expiresInMs: 60 * DAY_MS,
    scopes: [],
  },
})

async function openKeeper(answer: () => RefreshResult = fresh) {
  const keeper = createKeeper(answer)
  const social = await createTestSocial({ adapters: [keeper.adapter], apps: { keeper: { clientId: 'keeper' } } })
  const account = await social.accounts.add({
    creator: 'ada',
    platform: 'keeper',
    tokens: {
      accessToken: 'access 1',
      refreshToken: 'refresh 1',
      expiresAt: new Date(social.now().getTime() + 60 * DAY_MS),
    },
  })
  return { ...keeper, social, account }
}

describe('permissions, without a post', () => {
  test('are renewed by tick at four fifths of their life, again and again', async () => {
    const { social, account, renewed } = await openKeeper()
    await social.advance('47d')
    expect(renewed).toEqual([])
    await social.advance('4d')
    expect(renewed).toEqual(['refresh 1'])
    await social.advance('50d')
    expect(renewed).toEqual(['refresh 1', 'refresh 2'])
    expect((await social.accounts.get(account.id)).connection.state).toBe('active')
  })

  test('that were withdrawn are noticed before a post needs them', async () => {
    const { social, account } = await openKeeper(() => ({ status: 'revoked', message: 'withdrawn' }))
    const told: string[] = []
    await social.on('account.*', (event) => void told.push(event.type))
    await social.advance('51d')
    expect((await social.accounts.get(account.id)).connection.state).toBe('reconnect')
    expect(told).toEqual(['account.reconnect'])
  })

  test('tick says when the next one is due', async () => {
    const { social } = await openKeeper()
    const { nextDueAt } = await social.tick({ maxMs: 0 })
    expect(((nextDueAt?.getTime() ?? 0) - social.now().getTime()) / DAY_MS).toBeCloseTo(48, 1)
  })

  test('are renewed by a process that was started', async () => {
    const { social, renewed, untilTold } = await openKeeper()
    const clock = await createTestSocial()
    await clock.advance('51d')
    const told = untilTold()
    social.start()
    await told
    expect(renewed).toEqual(['refresh 1'])
    await social.stop()
  })
})

test('a stop lets the renewal that began end, for its platform may have replaced the token already, and begins no other', async () => {
  const stopping = new AbortController()
  const asked: unknown[] = []
  const due = ['one', 'two'].map((accountId) => ({ agencyId: 'a', accountId }))
  const renew = createRenewConnections({
    store: { take: async () => due, nextDueInMs: async () => null } as unknown as RenewalStore,
    access: {
      accessToken: async ({ accountId }, { signal }) => {
        stopping.abort(new Error('the worker stops'))
        asked.push([accountId, signal.aborted])
        return new Secret('access 2')
      },
    },
    monotonic: () => 0,
    log: (entry) => void asked.push(entry),
  })
  expect(await renew({ maxMs: 1_000, signal: stopping.signal })).toEqual({ asked: 1, nextDueInMs: null })
  expect(asked).toEqual([['one', false]])
})
