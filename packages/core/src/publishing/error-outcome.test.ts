import { describe, expect, test } from 'vitest'
import { PlatformError } from '../platform/platform-error.ts'
import { toBlockHold } from './block-hold.ts'
import { toAttemptOutcome } from './error-outcome.ts'
import { changed, partOf, told } from './proof/drive.ts'
import { CONTAINER, inFlight, NOW, publishing } from './proof/sample-records.ts'
import { recordOutcome } from './record-outcome.ts'

const until = NOW + 86_400_000
const publication = publishing({ state: 'publishing', attempts: [inFlight()] })
const part = partOf(publication)

function record(error: PlatformError) {
  const [attempt] = part.attempts
  const outcome = toAttemptOutcome(error, { maySent: true, publication, part, now: NOW })
  const input = { part: 0, attemptId: attempt?.id ?? '', outcome, request: null, abilities: CONTAINER }
  return changed(recordOutcome(publication, NOW, input))
}

describe('an account that the platform blocked', () => {
  test('is held for all its posts while the write that was blocked is in doubt', () => {
    const message = 'Blocked as spam.'
    const change = record(new PlatformError({ code: 'outcome_unknown', message, block: { scope: 'account', until } }))
    expect(told(change)).toMatchObject({ parts: ['unknown'] })
    const hold = { reason: 'account_blocked', scope: 'account', until, message }
    expect(change.sharedHolds).toEqual([{ scope: 'account', hold }])
  })

  test('is held although the write that it was told after worked', () => {
    const [attempt] = part.attempts
    const block = toBlockHold({ scope: 'account', until }, 'Blocked as spam.')
    const outcome = { kind: 'published', externalId: '7', block } as const
    const input = { part: 0, attemptId: attempt?.id ?? '', outcome, request: null, abilities: CONTAINER }
    const change = changed(recordOutcome(publication, NOW, input))
    expect(told(change)).toMatchObject({ parts: ['published'] })
    const hold = { reason: 'account_blocked', scope: 'account', until, message: 'Blocked as spam.' }
    expect(change.sharedHolds).toEqual([{ scope: 'account', hold }])
  })

  test('is held for as long as the platform says', () => {
    const change = record(new PlatformError({ code: 'account_blocked', message: 'Restricted.', until }))
    expect(change.sharedHolds).toMatchObject([{ scope: 'account', hold: { reason: 'account_blocked', until } }])
  })

  test('is not held for a doubt alone', () => {
    expect(record(new PlatformError({ code: 'outcome_unknown', message: 'Lost.' })).sharedHolds).toBeUndefined()
  })
})
