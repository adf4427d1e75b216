import type { AppCredentials } from '../platform/call-context.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError, PlatformError } from '../platform/platform-error.ts'
import type { PlatformOAuth, TokenSet } from '../platform/platform-oauth.ts'
import type { Secret } from '../platform/secret.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, untilAborted } from './adapter-call.ts'
import type { ConnectionKey, ConnectionRecord, ConnectionStore, RefreshClaim } from './connection-store.ts'
import { revokeTokens } from './revoke-tokens.ts'
import { openAccessToken, openTokens, sealTokens, type TokenPair } from './seal-tokens.ts'
import type { SealedTokens } from './sealed-tokens.ts'
import { subscribeAccount } from './subscribe-account.ts'

export interface RefreshDependencies
  extends Pick<
    AccountsDependencies,
    'store' | 'vault' | 'adapters' | 'readApp' | 'monotonicNow' | 'startTimeout' | 'log'
  > {
  readonly connections: ConnectionStore
  /** Between 0 and 1. */
  readonly random: () => number
  readonly wait: (ms: number) => Promise<void>
}

const leaseMs = 60_000
/** Older claims send nothing: the lease must outlive the call. */
const sendWithinMs = 40_000
const retryAfterMs = 30_000
const pollMs = 50
/** Waits before a repeated attempt to store: a token that was used up and not stored is lost. */
const storeAgainAfterMs = [100, 400, 1_600, 6_400]

/**
 * Refreshes the tokens of one version, or waits for whoever does it: three short statements, nothing locked while the platform is asked.
 *
 * @throws {PlatformError} `reconnect` when the grant is gone; another code when a later refresh may succeed.
 */
export async function refreshToken(
  dependencies: RefreshDependencies,
  key: ConnectionKey,
  { version, ...first }: ConnectionRecord,
): Promise<Secret> {
  const { connections, vault, monotonicNow, wait, random } = dependencies
  const platform = await findPlatform(dependencies, key, first)
  let record = { version, ...first }
  for (;;) {
    if (record.retryAt !== null && record.retryAt > record.now) throw toLater(platform, record.retryAt - record.now)
    const begunAt = monotonicNow()
    const claim = await connections.claimRefresh(key, { version, leaseMs })
    if (claim) {
      const work = { key, platform, owner: { ...record, agencyId: key.agencyId }, claim, begunAt }
      const token = await refreshClaimed(dependencies, work)
      if (token) {
        await subscribe(dependencies, work, token)
        return token
      }
    } else await wait(pollMs * (1 + random()))
    record = requireActive(await connections.read(key))
    if (record.version === version) continue
    if (record.tokens) return openAccessToken(vault, { ...record, agencyId: key.agencyId }, record.tokens)
    // Connected again meanwhile, with tokens that the host brings: the next question goes there.
    throw toLater(platform, 0)
  }
}

/** A subscription that failed at the login is made good here. */
async function subscribe(dependencies: RefreshDependencies, { key, platform }: Work, token: Secret): Promise<void> {
  if (platform.adapter) await subscribeAccount(dependencies, { ...key, adapter: platform.adapter, accessToken: token })
}

/** @throws {PlatformError} `reconnect` when only the creator can bring the connection back. */
export function requireActive(record: ConnectionRecord | null): ConnectionRecord {
  if (record?.state === 'active') return record
  const message = record?.reason ?? 'The account is not connected. Connect it again.'
  throw new PlatformError({ code: 'reconnect', message })
}

interface Platform {
  readonly adapter: PlatformAdapter | undefined
  readonly name: string
  readonly oauth: PlatformOAuth | undefined
  readonly app: AppCredentials | null
}

interface Work {
  readonly key: ConnectionKey
  readonly platform: Platform
  readonly owner: ConnectionRecord & { readonly agencyId: ConnectionKey['agencyId'] }
  readonly claim: RefreshClaim
  /** Monotonic milliseconds, before the claim. */
  readonly begunAt: number
}

async function findPlatform(
  { adapters, readApp }: RefreshDependencies,
  { agencyId }: ConnectionKey,
  { creatorId, platform }: Omit<ConnectionRecord, 'version'>,
): Promise<Platform> {
  const adapter = adapters.find((one) => one.platform === platform)
  const app = await readApp({ agencyId, creatorId, platform })
  if (adapter?.oauth?.refresh && !app) {
    const message = `The token of ${adapter.displayName} has to be refreshed, and no app is configured: apps: { ${platform}: { clientId, clientSecret } }.`
    throw new PlatformError({ code: 'misconfigured', message, scope: 'app' })
  }
  return { adapter, name: adapter?.displayName ?? platform, oauth: adapter?.oauth, app }
}

/** The token, or null when somebody else has to be asked for it. */
async function refreshClaimed(dependencies: RefreshDependencies, work: Work): Promise<Secret | null> {
  const { connections, monotonicNow } = dependencies
  const { key, claim, owner, begunAt } = work
  const { fence } = claim
  const pair = await openForRefresh(dependencies, work)
  if (monotonicNow() - begunAt > sendWithinMs) {
    await connections.failRefresh(key, { fence, retryAfterMs: 0, answerMayBeLost: claim.interrupted })
    return null
  }
  const answer = await askPlatform(dependencies, work, pair)
  if (answer.status === 'refreshed') return storeTokens(dependencies, work, pair, answer.tokens)
  if (answer.status === 'revoked') return refuse(dependencies, work, answer.message)
  await connections.failRefresh(key, { fence, retryAfterMs: answer.retryAfterMs, answerMayBeLost: true })
  const { accountId, platform } = owner
  dependencies.log({
    level: 'warn',
    message: 'a token was not refreshed',
    platform,
    accountId,
    code: answer.error.code,
  })
  throw answer.error
}

/** Everything that can fail without the platform fails here, before the refresh token is spent: also sealing what will come. */
async function openForRefresh({ connections, vault }: RefreshDependencies, work: Work): Promise<TokenPair> {
  const { key, owner, claim } = work
  try {
    const pair = await openTokens(vault, owner, claim.tokens)
    await sealTokens(vault, owner, pair)
    return pair
  } catch (error) {
    await connections.failRefresh(key, { fence: claim.fence, retryAfterMs, answerMayBeLost: claim.interrupted })
    throw error
  }
}

type RefreshAnswer =
  | { readonly status: 'refreshed'; readonly tokens: TokenSet }
  | { readonly status: 'revoked'; readonly message: string }
  | { readonly status: 'failed'; readonly error: PlatformError; readonly retryAfterMs: number }

async function askPlatform(
  { startTimeout }: RefreshDependencies,
  { platform, claim }: Work,
  pair: TokenPair,
): Promise<RefreshAnswer> {
  const { oauth, app, name } = platform
  if (!oauth?.refresh || !app) return { status: 'revoked', message: 'the token has expired and cannot be refreshed' }
  const signal = startTimeout(accountCallTimeoutMs)
  try {
    const result = await untilAborted(oauth.refresh(pair, { app, signal, now: claim.now }), signal)
    if (result.status !== 'transient') return result
    return toFailure(platform, { message: result.message, retryAfterMs: result.retryAfterMs })
  } catch (cause) {
    if (!isPlatformError(cause)) return toFailure(platform, { message: `${name} did not answer`, cause })
    if (cause.code === 'reconnect') return { status: 'revoked', message: cause.message }
    const failure = toFailure(platform, { message: cause.message, retryAfterMs: cause.retryAfterMs, cause })
    return holds.includes(cause.code) ? { ...failure, error: cause } : failure
  }
}

/** Codes that say themselves what a publication waits for. */
const holds: readonly string[] = ['rate_limited', 'quota_exhausted', 'account_blocked', 'app_blocked', 'misconfigured']

function toFailure(
  { name }: Platform,
  failure: { readonly message: string; readonly retryAfterMs?: number | undefined; readonly cause?: unknown },
) {
  const waitMs = Math.max(retryAfterMs, failure.retryAfterMs ?? 0)
  const message = `The token of ${name} could not be refreshed: ${failure.message}.`
  const error = new PlatformError({ code: 'not_accepted', message, retryAfterMs: waitMs, cause: failure.cause })
  return { status: 'failed', error, retryAfterMs: waitMs } as const
}

function toLater({ name }: Platform, waitMs: number): PlatformError {
  const message = `The token of ${name} could not be refreshed a moment ago; it is tried again later.`
  return new PlatformError({ code: 'not_accepted', message, retryAfterMs: waitMs })
}

/** Nothing but this happens between the platform's answer and the statement that stores it. */
async function storeTokens(
  dependencies: RefreshDependencies,
  { key, owner, claim, platform }: Work,
  old: TokenPair,
  answer: TokenSet,
): Promise<Secret | null> {
  const { connections, vault } = dependencies
  const { accessToken, refreshToken = old.refreshToken, expiresInMs, scopes } = answer
  const sealed = await sealTokens(vault, owner, { accessToken, refreshToken })
  const wanted = platform.oauth?.scopes ?? []
  const stored = await storeSurely(dependencies, key, {
    fence: claim.fence,
    tokens: sealed,
    // Counted from before the call: rather too early than too late.
    expiresAt: expiresInMs === undefined ? null : claim.now + expiresInMs,
    granted: scopes.length > 0 ? { scopes, missingScopes: wanted.filter((scope) => !scopes.includes(scope)) } : null,
  })
  if (stored) return accessToken
  const current = await connections.read(key)
  if (current?.state === 'disconnected') await revokeTokens(dependencies, owner, { sealed, now: claim.now })
  return null
}

/** Repeated when the database is away: storing the same pair under the same fence twice does no harm. */
async function storeSurely(
  { connections, wait }: RefreshDependencies,
  key: ConnectionKey,
  refreshed: Parameters<ConnectionStore['storeRefresh']>[1] & { readonly tokens: SealedTokens },
): Promise<boolean> {
  for (const waitMs of storeAgainAfterMs) {
    try {
      return await connections.storeRefresh(key, refreshed)
    } catch {
      await wait(waitMs)
    }
  }
  return connections.storeRefresh(key, refreshed)
}

/** The grant is gone, unless the fence moved: then whoever moved it knows better. */
async function refuse(dependencies: RefreshDependencies, work: Work, said: string): Promise<null> {
  const { key, claim, platform } = work
  const cause = claim.interrupted ? `${said}; the answer to an earlier refresh was lost` : said
  const reason = `${platform.name} no longer accepts the account's token: ${cause}. Connect the account again.`
  const event = { type: 'account.reconnect', by: 'engine', reason: { code: 'reconnect', message: reason } } as const
  const isRefused = await dependencies.connections.refuseRefresh(key, { fence: claim.fence, reason }, event)
  if (isRefused) throw new PlatformError({ code: 'reconnect', message: reason })
  return null
}
