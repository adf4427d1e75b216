import { randomBytes } from 'node:crypto'
import { type AccountAccessDependencies, createAccountAccess } from '../accounts/account-access.ts'
import type { AccountEvent } from '../accounts/account-event.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import type { ConnectionStore } from '../accounts/connection-store.ts'
import { saveAccount } from '../accounts/save-account.ts'
import type { CreatorStore } from '../creators/creator-store.ts'
import { type AgencyId, createIds } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import type { KeyStore } from '../secrets/key-store.ts'
import { createVault } from '../secrets/vault.ts'
import { createOneTimeGrant, nextTurn, type OneTimeGrant } from './one-time-grant.ts'

/** Storage under test, empty but for the agency. */
export interface RefreshStores {
  readonly agencyId: AgencyId
  readonly creators: CreatorStore
  readonly accounts: AccountStore
  readonly connections: ConnectionStore
  readonly keys: KeyStore
  /** Moves the clock of the stores. */
  advance(ms: number): Promise<void>
  /** Account events that were written, oldest first. */
  readEvents(): Promise<readonly AccountEvent[]>
}

export type RefreshRig = Awaited<ReturnType<typeof startRefreshRig>>

/** An account of a strict platform, and processes that need its token. */
export async function startRefreshRig(stores: RefreshStores) {
  const { agencyId, creators, accounts, keys } = stores
  const grant = createOneTimeGrant()
  const adapter = createGrantAdapter(grant)
  const secretKey = randomBytes(32).toString('base64')
  const createId = createIds({
    now: () => 1_795_000_000_000,
    random: (bytes) => Uint8Array.from(randomBytes(bytes.length)),
  })
  let monotonic = 0
  const createProcessVault = () =>
    createVault({
      keyStore: keys,
      keyRing: createKeyRing(secretKey, randomBytes),
      randomBytes,
      monotonicNow: () => monotonic,
    })
  const creator = await creators.add(agencyId, { id: createId('creator'), externalId: 'ada', name: null })
  const log: unknown[] = []
  const timeout = new AbortController()
  const shared = {
    store: accounts,
    readApp: async () => ({ clientId: 'client' }),
    monotonicNow: () => monotonic,
    startTimeout: () => timeout.signal,
    log: (entry: unknown) => void log.push(entry),
  }

  async function connect() {
    const { accessToken, refreshToken, expiresInMs = 0 } = grant.login()
    const expiresAt = (await accounts.readNow()) + expiresInMs
    const facts = { appKey: 'client', expiresAt, scopes: [], missingScopes: [] }
    const profile = { externalId: '42', username: 'ada' }
    const tokens = { accessToken, refreshToken }
    const dependencies = { ...shared, vault: createProcessVault(), createId }
    return saveAccount(dependencies, { agencyId, creator, adapter, profile, tokens, ...facts })
  }

  /** A process; what it gets of the connections, and anything else, may be changed. */
  function startProcess(changed: Partial<ConnectionStore> = {}, others: Partial<AccountAccessDependencies> = {}) {
    const access = createAccountAccess({
      connections: { ...stores.connections, ...changed },
      ...shared,
      vault: createProcessVault(),
      adapters: [adapter],
      tokenSource: undefined,
      random: () => 0.5,
      async wait(ms) {
        await stores.advance(ms)
        await nextTurn()
      },
      ...others,
    })
    const ask = async ({ forMs = 60_000, force = 'no' as 'no' | 'refused' } = {}) => {
      const token = await access.accessToken(
        { agencyId, accountId: account.id },
        { forMs, force, signal: new AbortController().signal },
      )
      return token.reveal()
    }
    return { ask, access }
  }

  const account = await connect()
  return {
    ...stores,
    grant,
    account,
    adapter,
    log,
    connect,
    startProcess,
    key: { agencyId, accountId: account.id },
    passMonotonic: (ms: number) => {
      monotonic += ms
    },
    /** Ends all timeouts that run. */
    timeOut: () => timeout.abort(new Error('timed out')),
  }
}

function createGrantAdapter(grant: OneTimeGrant): PlatformAdapter {
  return {
    platform: 'strict',
    displayName: 'Strict',
    limits: { textLengthMax: 100, source: 'a test', checkedOn: '2026-11-25' },
    checkPart: () => [],
    publish: async () => ({ status: 'published' }),
    oauth: {
      scopes: [],
      pkce: true,
      authorizeUrl: () => 'https://strict.test/login',
      exchange: async () => grant.login(),
      refresh: ({ refreshToken }) => grant.refresh(refreshToken?.reveal()),
      async revoke(token) {
        grant.revokedTokens.push(token.reveal())
      },
    },
  }
}
