import type { Hold } from '../model/hold.ts'
import { isFinal, type PublicationRecord } from '../model/publication.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { isLive } from './part-state.ts'
import { earliest, type Step } from './step.ts'

const RECHECK_MS = 60_000
const absent = new WeakSet<PlatformAdapter>()

/** Stands where none is installed. It is taken to be able to do everything, so that nothing is decided for want of a member. */
export function createAbsentAdapter(platform: string): PlatformAdapter {
  const refuse = () => Promise.reject(new Error(`no adapter for ${platform}`))
  const adapter: PlatformAdapter = {
    platform,
    displayName: platform,
    limits: { textLengthMax: 0, source: '', checkedOn: '' },
    checkPart: () => [],
    prepare: refuse,
    publish: refuse,
    readOutcome: refuse,
    findPublished: refuse,
    readUrl: refuse,
    remove: refuse,
  }
  absent.add(adapter)
  return adapter
}

/** Whether a step has to wait for an adapter. An end that only time, a cancel or a person decides needs none. */
export function lacksAdapter(adapter: PlatformAdapter, step: Step): boolean {
  if (!absent.has(adapter) || step.do === 'wait' || step.do === 'done') return false
  if (step.do !== 'move') return true
  return !(step.move.kind === 'ask_person' || (step.move.kind === 'state' && isFinal(step.move.state)))
}

/** Held, not lost: asked again each minute, and at `latestBy`, which ends it here as well. */
export function toAbsentHold({ platform, latestBy, parts }: PublicationRecord, now: number): Hold & { until: number } {
  const ends = latestBy > now && !parts.some(isLive) ? latestBy : null
  const until = earliest(now + RECHECK_MS, ends) ?? now + RECHECK_MS
  const message = `No adapter for ${platform} is installed in this process.`
  return { reason: 'misconfigured', scope: 'platform', until, message }
}
