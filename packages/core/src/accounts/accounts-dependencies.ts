import type { CreatorStore } from '../creators/creator-store.ts'
import type { AgencyId, CreateId } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { RandomBytes } from '../secrets/seal.ts'
import type { Vault } from '../secrets/vault.ts'
import type { SocialOptions } from '../social.ts'
import { SocialError } from '../social-error.ts'
import type { BookCall } from '../spending/book-call.ts'
import type { AccountStore } from './account-store.ts'
import type { ReadApp } from './app-credentials.ts'
import type { ConnectStateStore } from './connect-state-store.ts'
import type { LoginChoiceStore } from './login-choice-store.ts'

/** What accounts of one agency are made from. */
export interface AccountsDependencies {
  /** The agency that all calls act for; made on first use. */
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: AccountStore
  readonly connectStates: ConnectStateStore
  readonly loginChoices: LoginChoiceStore
  readonly creators: CreatorStore
  readonly vault: Vault
  readonly adapters: readonly PlatformAdapter[]
  readonly readApp: ReadApp
  /** Whether the host brings tokens, so that accounts may be added without. */
  readonly tokensFrom: 'us' | 'host'
  readonly createId: CreateId
  readonly randomBytes: RandomBytes
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number
  /** A signal that aborts after so many milliseconds; `AbortSignal.timeout`. */
  readonly startTimeout: (timeoutMs: number) => AbortSignal
  readonly log: NonNullable<SocialOptions['log']>
  /** Absent: nothing is booked. */
  readonly bookCall?: BookCall | undefined
}

/** @throws {SocialError} `unknown_platform`, naming those that there are. */
export function findAdapter(adapters: readonly PlatformAdapter[], platform: string): PlatformAdapter {
  const adapter = adapters.find((one) => one.platform === platform)
  if (adapter) return adapter
  const known = adapters.map((one) => one.platform).join(', ') || 'none'
  const message = `There is no adapter for ${platform}. Platforms here: ${known}.`
  throw new SocialError('unknown_platform', message, {
    problems: [{ path: 'platform', code: 'unknown_platform', message }],
  })
}
