import type { AccountEvent } from '../../accounts/account-event.ts'
import type { AccountStore } from '../../accounts/account-store.ts'
import type { Account } from '../../accounts/accounts.ts'
import type { ConnectState, ConnectStateStore } from '../../accounts/connect-state-store.ts'
import type { ConnectionKey, ConnectionRecord, ConnectionStore } from '../../accounts/connection-store.ts'
import type { LoginChoice, LoginChoiceStore } from '../../accounts/login-choice-store.ts'
import type { SealedTokens } from '../../accounts/sealed-tokens.ts'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import { cutWindow } from './memory-creator-store.ts'

interface Row {
  readonly agencyId: AgencyId
  account: Account
  tokens: SealedTokens | null
  obtainedAt: number
  version: number
  fence: number
  leaseUntil: number
  retryAt: number | null
  intent: number | null
}

/** The four stores of accounts in memory, over one set of rows, for tests. `now` is their clock; `events` is what they wrote. */
export interface MemoryAccountStores {
  readonly accounts: AccountStore
  readonly connections: ConnectionStore
  readonly connectStates: ConnectStateStore
  readonly loginChoices: LoginChoiceStore
  readonly events: (AccountEvent & { readonly agencyId: AgencyId; readonly accountId: AccountId })[]
}

export function createMemoryAccountStores(now: () => number): MemoryAccountStores {
  const rows: Row[] = []
  const events: MemoryAccountStores['events'] = []
  const find = (agencyId: AgencyId, id: AccountId) =>
    rows.find((row) => row.agencyId === agencyId && row.account.id === id)
  const write = (row: Row, event: AccountEvent) =>
    events.push({ ...event, agencyId: row.agencyId, accountId: row.account.id })
  return {
    accounts: createAccountStore({ rows, find, write, now }),
    connections: createConnectionStore({ find, write, now }),
    connectStates: createConnectStateStore(now),
    loginChoices: createLoginChoiceStore(now),
    events,
  }
}

interface Tables {
  readonly rows: Row[]
  readonly find: (agencyId: AgencyId, id: AccountId) => Row | undefined
  readonly write: (row: Row, event: AccountEvent) => void
  readonly now: () => number
}

function createAccountStore({ rows, find, write, now }: Tables): AccountStore {
  return {
    readNow: async () => now(),
    find: async (agencyId, id) => find(agencyId, id)?.account ?? null,
    async listByExternalIds(agencyId, { platform, externalIds }) {
      const accounts = rows.filter((row) => row.agencyId === agencyId).map(({ account }) => account)
      return accounts.filter((one) => one.platform === platform && externalIds.includes(one.externalId))
    },
    async list(agencyId, { creatorId, platform, ...window }) {
      const accounts = rows.filter((row) => row.agencyId === agencyId).map(({ account }) => account)
      const matching = accounts.filter(
        (account) =>
          (creatorId === undefined || account.creatorId === creatorId) &&
          (platform === undefined || account.platform === platform),
      )
      return cutWindow(matching, window)
    },
    async connect(agencyId, connected, event) {
      const known = rows.find((row) => row.agencyId === agencyId && isSame(row.account, connected))
      if (known && known.account.creatorId !== connected.creatorId) return { status: 'taken' }
      if (known && known.account.id !== connected.id) return { status: 'other_id', id: known.account.id }
      const { tokens, expiresAt, scopes, missingScopes, defaults, appKey: _appKey, ...profile } = connected
      const account: Account = {
        ...(known?.account ?? { ...defaults, createdAt: new Date(now()) }),
        ...profile,
        connection: {
          state: 'active',
          reason: null,
          scopes,
          missingScopes,
          expiresAt: expiresAt === null ? null : new Date(expiresAt),
        },
      }
      const row = known ?? {
        agencyId,
        version: 0,
        fence: 0,
        leaseUntil: 0,
        retryAt: null,
        intent: null,
        account,
        tokens,
        obtainedAt: 0,
      }
      const { version, fence } = row
      Object.assign(row, { account, tokens, obtainedAt: now(), version: version + 1, fence: fence + 1 })
      Object.assign(row, { leaseUntil: 0, retryAt: null, intent: null })
      if (!known) rows.push(row)
      write(row, event)
      return { status: 'connected', account }
    },
    async update(agencyId, id, changes, event) {
      const row = find(agencyId, id)
      if (!row) return null
      row.account = { ...row.account, ...changes }
      write(row, event)
      return row.account
    },
    async disconnect(agencyId, id, event) {
      const row = find(agencyId, id)
      if (!row) return null
      const { account, tokens } = row
      if (account.connection.state === 'disconnected') return { account, tokens: null }
      const connection = { ...account.connection, state: 'disconnected', reason: null, expiresAt: null } as const
      Object.assign(row, { account: { ...account, connection }, tokens: null, fence: row.fence + 1, leaseUntil: 0 })
      write(row, event)
      return { account: row.account, tokens }
    },
  }
}

function isSame(account: Account, by: { readonly platform: string; readonly externalId: string }): boolean {
  return account.platform === by.platform && account.externalId === by.externalId
}

function createConnectionStore({ find, write, now }: Omit<Tables, 'rows'>): ConnectionStore {
  const findFenced = ({ agencyId, accountId }: ConnectionKey, fence: number) => {
    const row = find(agencyId, accountId)
    return row?.fence === fence ? row : undefined
  }
  return {
    async read({ agencyId, accountId }) {
      const row = find(agencyId, accountId)
      return row ? toRecord(row, now()) : null
    },
    async claimRefresh({ agencyId, accountId }, { version, leaseMs }) {
      const row = find(agencyId, accountId)
      const isFree = row && row.leaseUntil <= now() && (row.retryAt === null || row.retryAt <= now())
      if (!isFree || !row.tokens || row.version !== version || row.account.connection.state !== 'active') return null
      const interrupted = row.intent === version
      Object.assign(row, { fence: row.fence + 1, leaseUntil: now() + leaseMs, intent: version })
      return { fence: row.fence, tokens: row.tokens, now: now(), interrupted }
    },
    async storeRefresh(key, { fence, tokens, expiresAt, granted }) {
      const row = findFenced(key, fence)
      if (!row) return false
      const connection = {
        ...row.account.connection,
        ...granted,
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      }
      Object.assign(row, {
        account: { ...row.account, connection },
        tokens,
        obtainedAt: now(),
        version: row.version + 1,
      })
      Object.assign(row, { leaseUntil: 0, retryAt: null, intent: null })
      return true
    },
    async failRefresh(key, { fence, retryAfterMs, answerMayBeLost }) {
      const row = findFenced(key, fence)
      if (!row) return false
      Object.assign(row, { leaseUntil: 0, retryAt: now() + retryAfterMs, intent: answerMayBeLost ? row.intent : null })
      return true
    },
    async refuseRefresh(key, { fence, reason }, event) {
      const row = findFenced(key, fence)
      if (!row) return false
      const connection = { ...row.account.connection, state: 'reconnect', reason } as const
      Object.assign(row, { account: { ...row.account, connection }, leaseUntil: 0, intent: null })
      write(row, event)
      return true
    },
  }
}

function toRecord({ account, tokens, obtainedAt, version, retryAt }: Row, now: number): ConnectionRecord {
  const { id: accountId, creatorId, platform, connection } = account
  const { state, reason, expiresAt } = connection
  const moments = { expiresAt: expiresAt?.getTime() ?? null, obtainedAt, retryAt, now }
  return { accountId, creatorId, platform, state, reason, tokens, version, ...moments }
}

function createConnectStateStore(now: () => number): ConnectStateStore {
  const states = new Map<string, ConnectState & { readonly endsAt: number }>()
  return {
    async add(agencyId, state, lifeMs) {
      const endsAt = now() + lifeMs
      states.set(`${agencyId} ${state.hash}`, { ...state, endsAt })
      return new Date(endsAt)
    },
    async take(agencyId, hash) {
      const id = `${agencyId} ${hash}`
      const state = states.get(id)
      states.delete(id)
      if (!state || state.endsAt <= now()) return null
      const { endsAt: _endsAt, ...taken } = state
      return taken
    },
  }
}

function createLoginChoiceStore(now: () => number): LoginChoiceStore {
  const choices = new Map<string, LoginChoice & { readonly endsAt: number }>()
  const findAlive = (id: string) => {
    const choice = choices.get(id)
    return choice && choice.endsAt > now() ? choice : undefined
  }
  return {
    async add(agencyId, choice, lifeMs) {
      const endsAt = now() + lifeMs
      choices.set(`${agencyId} ${choice.hash}`, { ...choice, endsAt })
      return new Date(endsAt)
    },
    read: async (agencyId, hash) => findAlive(`${agencyId} ${hash}`) ?? null,
    async take(agencyId, hash) {
      const id = `${agencyId} ${hash}`
      return findAlive(id) !== undefined && choices.delete(id)
    },
  }
}
