import assert from 'node:assert/strict'
import type { PlatformError, PlatformErrorCode } from '../../platform/platform-error.ts'
import type { EmulatorFault } from '../emulator/emulator-fault.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchPlatformError } from './expect.ts'
import { listNewPosts, listNewWrites, makeReady, publish, toAttempt } from './play.ts'
import { createPublishRequestFinder } from './publish-request.ts'
import { onStage, type Stage } from './stage.ts'

const definite: readonly PlatformErrorCode[] = [
  'invalid_post',
  'duplicate',
  'token_expired',
  'reconnect',
  'permission_missing',
  'rate_limited',
  'quota_exhausted',
  'account_blocked',
  'app_blocked',
  'misconfigured',
  'prepare_again',
  'not_supported',
  'not_accepted',
]

interface Refusal {
  readonly what: string
  readonly codes: readonly PlatformErrorCode[]
  toFault(stage: Stage): EmulatorFault
  check?(error: PlatformError, stage: Stage): void
}

const refusals: readonly Refusal[] = [
  ...[400, 403, 422].map((status) => ({
    what: `refused with status ${status}`,
    codes: definite,
    toFault: (): EmulatorFault => ({ kind: 'refuse', status, body: {} }),
  })),
  {
    what: 'refused in words that repeat the token',
    codes: definite,
    toFault: (stage) => ({ kind: 'refuse', status: 400, body: repeatToken(stage.account(0).accessToken) }),
  },
  {
    what: 'over a rate limit',
    codes: ['rate_limited', 'quota_exhausted'],
    toFault: () => ({ kind: 'rate_limit', retryAfterMs: 120_000 }),
    check: checkWait,
  },
  {
    what: 'sent with a revoked token',
    codes: ['token_expired', 'reconnect'],
    toFault: () => ({ kind: 'revoke_token' }),
  },
  {
    what: 'refused with status 401',
    codes: ['token_expired', 'reconnect'],
    toFault: () => ({ kind: 'refuse', status: 401, body: {} }),
  },
]

/** What the platform certainly did not take has a code that says what to do next. */
export function refusalCases(options: PlatformContractOptions): readonly ContractCase[] {
  const findRequest = createPublishRequestFinder(options)
  return Object.keys(options.validPosts).flatMap((name) =>
    refusals.map((refusal) => ({
      name: `says what to do when ${name} is ${refusal.what}`,
      run: async () => {
        const match = await findRequest(name)
        await onStage(options, async (stage) => {
          const ready = await makeReady(stage, options, name)
          stage.emulator.addFault({ match, fault: refusal.toFault(stage) })
          const call = stage.call({ attempt: toAttempt(ready.part, 1) })
          const error = await catchPlatformError('publish', refusal.codes, () => publish(stage, ready, call))
          refusal.check?.(error, stage)
          assert.equal(listNewWrites(stage, ready).length, 1, 'publish writes again after it was refused')
          assert.deepEqual(listNewPosts(stage, ready), [], 'a refused post is live')
        })
      },
    })),
  )
}

function checkWait(error: PlatformError, { clock }: Stage): void {
  const waitMs = error.code === 'quota_exhausted' ? (error.until ?? Number.NaN) - clock.now() : error.retryAfterMs
  const saysWhen = waitMs !== undefined && Number.isFinite(waitMs) && waitMs > 0
  assert.ok(saysWhen, `${error.code} must say when to go on; it says ${waitMs}`)
}

function repeatToken(token: string): unknown {
  const message = `The token ${token} may not do this.`
  return { error: message, error_description: message, message, detail: message, title: message, errors: [{ message }] }
}
