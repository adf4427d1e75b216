import type { Creator } from '../creators/creators.ts'
import type { AgencyId } from '../model/ids.ts'
import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import { SocialError } from '../social-error.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, createAccountCallContext, untilAborted } from './adapter-call.ts'
import type { TokenPair } from './seal-tokens.ts'

/** Whose token is asked about, and who pays for asking. */
export interface ProfilesToRead {
  readonly agencyId: AgencyId
  readonly creator: Creator
  readonly adapter: PlatformAdapter
  readonly app: AppCredentials
  readonly tokens: TokenPair
}

/**
 * Asks the platform which accounts the token reaches.
 *
 * @throws {SocialError} `connect_failed` when the platform does not accept the token or it reaches none, `platform_failed` when the platform cannot be
 *   asked now.
 */
export async function readProfiles(
  dependencies: Pick<AccountsDependencies, 'store' | 'monotonicNow' | 'startTimeout' | 'bookCall'>,
  { agencyId, creator, adapter, app, tokens }: ProfilesToRead,
): Promise<readonly [AccountProfile, ...AccountProfile[]]> {
  const { store, monotonicNow, startTimeout, bookCall } = dependencies
  const { displayName, meters, platform } = adapter
  if (!adapter.listAccounts && !adapter.readAccount) {
    const problem = `The adapter of ${displayName} cannot tell whose tokens they are (readAccount or listAccounts).`
    throw new SocialError('misconfigured', problem)
  }
  const now = await store.readNow()
  const signal = startTimeout(accountCallTimeoutMs)
  const context = createAccountCallContext({ app, accessToken: tokens.accessToken, now, signal, monotonicNow })
  try {
    const [first, ...others] = await untilAborted(listReached(adapter, context), signal)
    if (meters) await bookCall?.({ agencyId, creatorId: creator.id, platform, reference: creator.id, meters, now })
    if (first) return [first, ...others]
  } catch (cause) {
    throw toConnectError(adapter, cause)
  }
  throw new SocialError('connect_failed', `This login of ${displayName} reaches no account.`)
}

async function listReached(adapter: PlatformAdapter, context: CallContext): Promise<readonly AccountProfile[]> {
  if (adapter.listAccounts) return adapter.listAccounts(context)
  return adapter.readAccount ? [await adapter.readAccount(context)] : []
}

/**
 * The account that is meant.
 *
 * @throws {SocialError} `invalid_input` naming those that there are, when none or another one is named.
 */
export function pickProfile(profiles: readonly AccountProfile[], externalId: string | undefined): AccountProfile {
  const [only, ...others] = profiles
  if (only && others.length === 0 && externalId === undefined) return only
  const named = profiles.find((profile) => profile.externalId === externalId)
  if (named) return named
  const problem = {
    path: 'externalId',
    code: externalId === undefined ? 'missing' : 'not_allowed',
    message: `externalId must be one of those that this login reaches: ${nameProfiles(profiles)}.`,
  }
  throw new SocialError('invalid_input', problem.message, { problems: [problem] })
}

const namedMax = 20

function nameProfiles(profiles: readonly AccountProfile[]): string {
  const names = profiles.slice(0, namedMax).map(({ externalId, username }) => `${externalId} (@${username})`)
  const left = profiles.length - names.length
  return `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

const refusals: readonly string[] = [
  'token_expired',
  'reconnect',
  'permission_missing',
  'account_blocked',
  'invalid_post',
]

/** A failed call of a login, as its caller sees it. Only sentences of adapters are passed on: others might hold a token. */
export function toConnectError(adapter: PlatformAdapter, cause: unknown): SocialError {
  if (!isPlatformError(cause)) {
    return new SocialError('platform_failed', `${adapter.displayName} could not be asked. Try again.`, { cause })
  }
  const code = refusals.includes(cause.code) ? 'connect_failed' : 'platform_failed'
  return new SocialError(code, cause.message, { cause })
}
