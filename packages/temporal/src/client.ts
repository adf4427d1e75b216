import type { Social } from '@ofm-social/core'
import type { Client } from '@temporalio/client'
import { refuseTellingOptions } from './check-worker-options.ts'
import { DEFAULT_QUEUE_PREFIX } from './names.ts'
import { createTeller } from './teller.ts'

export { ensureSchedules } from './schedules.ts'

/** Whom `startTelling` tells of what. */
export interface TellingOptions {
  readonly social: Pick<Social, 'engine'>
  readonly client: Client
  /** Default `ofm`. */
  readonly queuePrefix?: string
  /** How soon a dead worker is noticed. At least 1,000; default 15,000. */
  readonly heartbeatTimeoutMs?: number
  /** Default: silent. */
  readonly log?: (entry: { readonly level: 'info' | 'warn'; readonly message: string; readonly error?: string }) => void
}

/** Tells Temporal of work, for as long as it runs. */
export interface Telling {
  /** Whether Temporal took the last words. */
  isReaching(): boolean
  /** Waits for what is being told. */
  stop(): Promise<void>
}

/** Posts of all processes are noticed within this time. */
const POLL_MS = 500
const FAILING_POLL_MAX_MS = 15_000
/** Later ones are the feeder's: it comes twice in this time. */
const SOON_MS = 600_000

/**
 * Starts and wakes workflows for what the database says must be looked at soon. `runWorkers` does it already; several at once share the work. While Temporal
 * is away nothing is lost and nobody waits: it goes on where it was.
 */
export function startTelling(options: TellingOptions): Telling {
  refuseTellingOptions('startTelling', options)
  const { log = () => undefined, queuePrefix = DEFAULT_QUEUE_PREFIX } = options
  const teller = createTeller({ ...options, queuePrefix })
  let running = true
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  const turn = async (): Promise<void> => {
    try {
      await teller.tellAll(SOON_MS)
      if (failures > 0) log({ level: 'info', message: 'Temporal takes work again' })
      failures = 0
    } catch (error) {
      failures += 1
      const name = error instanceof Error ? error.name : 'Error'
      if (failures === 1)
        log({ level: 'warn', message: 'Temporal, or the database, does not answer; nothing is lost', error: name })
    }
    if (!running) return
    const waitMs = failures === 0 ? POLL_MS : Math.min(FAILING_POLL_MAX_MS, POLL_MS * 2 ** failures)
    timer = setTimeout(() => {
      telling = turn()
    }, waitMs)
  }
  let telling = turn()
  return {
    isReaching: () => failures === 0,
    async stop() {
      running = false
      clearTimeout(timer)
      await telling
    },
  }
}
