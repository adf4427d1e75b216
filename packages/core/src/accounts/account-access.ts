import { isPlatformError } from '../platform/platform-error.ts'
import type { Secret } from '../platform/secret.ts'
import type { AccountAccess } from '../publishing/publishing-store.ts'
import { untilAborted } from './adapter-call.ts'
import { askTokenSource } from './ask-token-source.ts'
import type { ConnectionKey, ConnectionRecord } from './connection-store.ts'
import { isGoodFor, isRefreshDue } from './refresh-due.ts'
import { type RefreshDependencies, refreshToken, requireActive } from './refresh-token.ts'
import { openAccessToken } from './seal-tokens.ts'
import { toAccessError } from './to-access-error.ts'

export interface AccountAccessDependencies extends RefreshDependencies {
  /** The option of the host; accounts without tokens of ours ask it. */
  readonly tokenSource: Parameters<typeof askTokenSource>[0]['tokenSource']
}

/** A token as new as this was hardly refused for its age: another refresh would only spend the next one. */
const freshMs = 60_000

/**
 * What the engine needs of accounts. One refresh at a time per account: among processes by the lease in the connection's row, within one by sharing
 * the promise.
 */
export function createAccountAccess(dependencies: AccountAccessDependencies): AccountAccess {
  const { connections, vault, readApp, random, adapters } = dependencies
  const flights = new Map<string, Promise<Secret>>()

  function refresh(key: ConnectionKey, record: ConnectionRecord): Promise<Secret> {
    const flightId = `${key.agencyId} ${key.accountId} ${record.version}`
    const running = flights.get(flightId)
    if (running) return running
    const flight = refreshToken(dependencies, key, record).finally(() => flights.delete(flightId))
    flights.set(flightId, flight)
    return flight
  }

  /** Where nothing can be refreshed, a token is used until it has expired; then refreshing says what is missing. */
  async function mayRefresh({ agencyId }: ConnectionKey, record: ConnectionRecord): Promise<boolean> {
    const { creatorId, platform, expiresAt, now } = record
    if (expiresAt !== null && expiresAt <= now) return true
    const canRefresh = adapters.find((one) => one.platform === platform)?.oauth?.refresh !== undefined
    return canRefresh && (await readApp({ agencyId, creatorId, platform })) !== null
  }

  async function readToken(key: ConnectionKey, options: AccessTokenOptions): Promise<Secret> {
    const { forMs, force, signal } = options
    const record = requireActive(await connections.read(key))
    const { tokens, now } = record
    if (!tokens) return askTokenSource(dependencies, { accountId: key.accountId, force, signal })
    const open = () => openAccessToken(vault, { ...record, agencyId: key.agencyId }, tokens)
    const isWanted =
      force === 'refused' ? now - record.obtainedAt >= freshMs : isRefreshDue(record, { forMs, now, random: random() })
    if (!isWanted || !(await mayRefresh(key, record))) return open()
    try {
      return await untilAborted(refresh(key, record), signal)
    } catch (error) {
      // What was to be refreshed early is still good.
      const isPassing = isPlatformError(error) && error.code !== 'reconnect'
      if (isPassing && force === 'no' && isGoodFor(record, { forMs, now })) return open()
      throw error
    }
  }

  return {
    async appFor(key) {
      try {
        // Calls that need no app of the host go through without one; those of OAuth ask for it.
        return (await readApp(key)) ?? { clientId: '' }
      } catch (error) {
        throw toAccessError(error)
      }
    },
    async accessToken(key, options) {
      try {
        return await readToken(key, options)
      } catch (error) {
        throw toAccessError(error)
      }
    },
  }
}

type AccessTokenOptions = Parameters<AccountAccess['accessToken']>[1]
