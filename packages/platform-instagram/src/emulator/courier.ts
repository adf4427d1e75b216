import type { EmulatorContext } from '@ofm-social/core/testing'
import type { Delivery, InstagramState } from './state.ts'
import type { InstagramSettings } from './switches.ts'

/** Takes webhooks and callbacks to the app while the emulator answers other things. */
export interface Courier {
  /** Starts, unless it is under way. */
  go(context: EmulatorContext<InstagramState>): void
  /** Leaves what it has. */
  stop(): void
}

const answerWithinMs = 10_000
/** Due times follow the emulator's clock, which moves without telling: it is read this often. */
const readEveryMs = 20

/** What fails is tried again at once, then later each time. */
export function createCourier(readSettings: () => InstagramSettings): Courier {
  let round = 0
  let isUnderWay = false

  async function run(context: EmulatorContext<InstagramState>, mine: number): Promise<void> {
    const { state } = context
    while (mine === round && state.deliveries.length > 0) {
      const due = state.deliveries.find(({ nextAttemptAt }) => nextAttemptAt <= context.now)
      if (due) await attempt(context, due, readSettings())
      else await new Promise<void>((resolve) => void setTimeout(resolve, readEveryMs).unref())
    }
    if (mine === round) isUnderWay = false
  }

  return {
    go(context) {
      if (isUnderWay || context.state.deliveries.length === 0) return
      isUnderWay = true
      void run(context, round)
    },
    stop() {
      round += 1
      isUnderWay = false
    },
  }
}

async function attempt(
  context: EmulatorContext<InstagramState>,
  delivery: Delivery,
  settings: InstagramSettings,
): Promise<void> {
  const startedAt = context.now
  const isTaken = await send(delivery)
  delivery.attempts += 1
  if (isTaken || delivery.givenUpAt <= startedAt) {
    context.state.deliveries = context.state.deliveries.filter((other) => other !== delivery)
    return
  }
  delivery.nextAttemptAt =
    delivery.attempts === 1 ? startedAt : startedAt + settings.deliveryRetryMs * 2 ** (delivery.attempts - 2)
}

async function send({ url, contentType, signature, body }: Delivery): Promise<boolean> {
  const headers = {
    'content-type': contentType,
    'user-agent': 'facebookexternalua',
    ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
  }
  try {
    const signal = AbortSignal.timeout(answerWithinMs)
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
