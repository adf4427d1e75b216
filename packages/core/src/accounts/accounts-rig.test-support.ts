import { randomBytes, randomFillSync } from 'node:crypto'
import { type AgencyId, createIds } from '../model/ids.ts'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { TokenSet } from '../platform/platform-oauth.ts'
import { Secret } from '../platform/secret.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import { createVault } from '../secrets/vault.ts'
import { createFixedClock } from '../testing/fixed-clock.ts'
import { createMemoryAccountStores } from '../testing/memory/memory-account-store.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createMemoryKeyStore } from '../testing/memory/memory-key-store.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { createReadApp } from './app-credentials.ts'
import { createAccounts } from './create-accounts.ts'

export const redirectUri = 'https://app.test/callback/strict'
export const tokens = { accessToken: 'CANARY-ada', refreshToken: 'CANARY-refresh' }
export const agencyA = 'agency_a' as AgencyId

/** A platform where the access token `CANARY-<name>` belongs to the account of that name. */
export function createPlatform() {
  const calls: string[] = []
  const exchanges: { code: string; redirectUri: string; verifier: string; clientSecret: string | undefined }[] = []
  const granted = { scopes: ['read', 'write'] }
  const adapter: PlatformAdapter = {
    platform: 'strict',
    displayName: 'Strict',
    limits: { textLengthMax: 100, source: 'a test', checkedOn: '2026-11-25' },
    checkPart: () => [],
    publish: async () => ({ status: 'published' }),
    async readAccount(context): Promise<AccountProfile> {
      calls.push('readAccount')
      const name = (await context.accessToken()).reveal().replace('CANARY-', '')
      if (name === 'expired') throw new PlatformError({ code: 'token_expired', message: 'The token has expired.' })
      if (name === 'broken') throw new TypeError(`fetch failed for ${name}`)
      return { externalId: `id-${name}`, username: name, url: `https://strict.test/${name}` }
    },
    oauth: {
      scopes: ['read', 'write'],
      pkce: true,
      authorizeUrl: ({ state, codeChallenge, scopes, app }) =>
        `https://strict.test/login?${new URLSearchParams({ state, codeChallenge, scope: scopes.join(' '), client: app.clientId })}`,
      async exchange({ code, redirectUri, codeVerifier }, { app }): Promise<TokenSet> {
        calls.push('exchange')
        exchanges.push({
          code: code.reveal(),
          redirectUri,
          verifier: codeVerifier.reveal(),
          clientSecret: app.clientSecret?.reveal(),
        })
        if (code.reveal() === 'bad')
          throw new PlatformError({ code: 'reconnect', message: 'Strict does not know this code.' })
        return {
          accessToken: new Secret('CANARY-ada'),
          refreshToken: new Secret('CANARY-refresh'),
          expiresInMs: 7_200_000,
          ...granted,
        }
      },
      async revoke(token) {
        calls.push(`revoke ${token.reveal()}`)
        if (calls.includes('revoking fails')) throw new TypeError('reset')
      },
    },
  }
  return { adapter, calls, exchanges, granted }
}

export function start(options: Partial<AccountsDependencies> = {}) {
  const clock = createFixedClock()
  const stores = createMemoryAccountStores(clock.now)
  const platform = createPlatform()
  const log: unknown[] = []
  const keyRing = createKeyRing(randomBytes(32).toString('base64'), randomBytes)
  const vault = createVault({ keyStore: createMemoryKeyStore(), keyRing, randomBytes, monotonicNow: () => 0 })
  let idTime = 1_000
  const dependencies: AccountsDependencies = {
    readAgencyId: async () => agencyA,
    store: stores.accounts,
    connectStates: stores.connectStates,
    loginChoices: stores.loginChoices,
    creators: createMemoryCreatorStore(clock.now),
    vault,
    adapters: [platform.adapter],
    readApp: createReadApp({ strict: { clientId: 'client', clientSecret: 'CANARY-client' } }),
    tokensFrom: 'us',
    createId: createIds({ now: () => idTime++, random: (bytes) => randomFillSync(bytes) }),
    randomBytes,
    monotonicNow: () => 0,
    startTimeout: () => new AbortController().signal,
    log: (entry) => log.push(entry),
    ...options,
  }
  const accounts = createAccounts(dependencies)
  const others = createAccounts({ ...dependencies, readAgencyId: async () => 'agency_b' as AgencyId })
  const add = (creator = 'ada', name = 'ada') =>
    accounts.add({ creator, platform: 'strict', tokens: { ...tokens, accessToken: `CANARY-${name}` } })
  return { ...stores, ...platform, accounts, others, add, clock, log, vault, dependencies }
}
