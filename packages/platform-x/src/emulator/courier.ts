import type { EmulatorContext } from '@ofm-social/core/testing'
import { challenge } from './challenge.ts'
import type { XDelivery, XState, XWebhook } from './state.ts'
import type { XSettings } from './switches.ts'
import { sign } from './webhook-signature.ts'

/** Takes events to webhooks while the emulator answers other things. */
export interface Courier {
  /** Starts, unless it is under way. */
  go(context: EmulatorContext<XState>): void
  /** Leaves what it has. */
  stop(): void
}

const answerWithinMs = 10_000
const forgivenMs = 28 * 3_600_000
/** Due times follow the emulator's clock, which moves without telling: it is read this often. */
const readEveryMs = 20

/** What fails is tried again, later each time. */
export function createCourier(readSettings: () => XSettings): Courier {
  let round = 0
  let isUnderWay = false

  async function run(context: EmulatorContext<XState>, mine: number): Promise<void> {
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

async function attempt(context: EmulatorContext<XState>, delivery: XDelivery, settings: XSettings): Promise<void> {
  const { state } = context
  const startedAt = context.now
  const webhook = state.webhooks.find(({ id, valid }) => id === delivery.webhookId && valid)
  const isTaken =
    webhook !== undefined &&
    (await checkAgain(context, webhook, settings)) &&
    (await send(context, webhook, delivery, settings))
  delivery.attempts += 1
  if (isTaken || !webhook?.valid || delivery.attempts >= settings.deliveryTriesMax) {
    state.deliveries = state.deliveries.filter((other) => other !== delivery)
    return
  }
  delivery.nextAttemptAt = startedAt + settings.deliveryRetryMs * 2 ** (delivery.attempts - 1)
}

/** From time to time the webhook is challenged anew. */
async function checkAgain(context: EmulatorContext<XState>, webhook: XWebhook, settings: XSettings): Promise<boolean> {
  if (context.now - webhook.checkedAt < settings.challengeEveryMs) return true
  const result = await challenge({ state: context.state, context }, webhook.url)
  if (result === 'passed') webhook.checkedAt = context.now
  const isTooLong = context.now - webhook.checkedAt > forgivenMs
  if (result === 'wrong' || (result === 'unreachable' && isTooLong)) webhook.valid = false
  return webhook.valid
}

async function send(
  { state }: EmulatorContext<XState>,
  { url }: XWebhook,
  { body }: XDelivery,
  { deliveries }: XSettings,
): Promise<boolean> {
  const headers = {
    'content-type': 'application/json',
    'x-twitter-webhooks-signature': sign(state.app.apiSecret, body),
  }
  try {
    const signal = AbortSignal.timeout(answerWithinMs)
    const sent = deliveries === 'tampered' ? body.replace('"event_uuid":"', '$&1') : body
    const response = await fetch(url, { method: 'POST', headers, body: sent, redirect: 'manual', signal })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
