import { PlatformError } from '../platform/platform-error.ts'
import type { RefreshResult, TokenSet } from '../platform/platform-oauth.ts'
import { Secret } from '../platform/secret.ts'

/** A grant as strict platforms keep it: each refresh token works once, and using one again revokes everything. */
export interface OneTimeGrant {
  /** What the token endpoint answers. Takes a few turns of the event loop. */
  refresh(refreshToken: string | undefined): Promise<RefreshResult>
  /** A new login: other tokens, a living grant. */
  login(): TokenSet
  readonly calls: number
  readonly isRevoked: boolean
  /** Tokens that were handed to the revocation endpoint. */
  readonly revokedTokens: string[]
  /** What the next call does instead of answering. */
  fail(how: 'before' | 'after' | 'refuse_for_a_minute' | 'hang'): void
}

/** @param expiresInMs Life of an access token; default two hours. */
export function createOneTimeGrant({ expiresInMs = 7_200_000 } = {}): OneTimeGrant {
  let number = 0
  let calls = 0
  let isRevoked = false
  let failure: Parameters<OneTimeGrant['fail']>[0] | undefined
  const current = () => `CANARY-refresh-${number}`
  const issue = (): TokenSet => {
    number += 1
    const accessToken = new Secret(`CANARY-access-${number}`)
    return { accessToken, refreshToken: new Secret(current()), expiresInMs, scopes: [] }
  }
  return {
    async refresh(refreshToken) {
      calls += 1
      const failing = failure
      failure = undefined
      for (let turn = 0; turn < 5; turn += 1) await nextTurn()
      if (failing === 'hang') return new Promise(() => undefined)
      if (failing === 'before') throw new TypeError('the connection was reset')
      if (failing === 'refuse_for_a_minute') {
        throw new PlatformError({ code: 'rate_limited', message: 'Too many refreshes.', retryAfterMs: 60_000 })
      }
      if (isRevoked || refreshToken !== current()) {
        isRevoked = true
        return { status: 'revoked', message: 'invalid_grant' }
      }
      const tokens = issue()
      if (failing === 'after') throw new TypeError('the connection was reset')
      return { status: 'refreshed', tokens }
    },
    login() {
      isRevoked = false
      return issue()
    },
    get calls() {
      return calls
    },
    get isRevoked() {
      return isRevoked
    },
    revokedTokens: [],
    fail(how) {
      failure = how
    },
  }
}

/** Lets everything go on that is ready. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
