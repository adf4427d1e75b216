import type { LanguageModelV4, LanguageModelV4StreamResult } from '@ai-sdk/provider'
import type { Money } from '../money.ts'
import type { Quote } from '../quote.ts'
import type { Reservation } from '../reservation.ts'
import { readAnswerUsage } from './answer-usage.ts'
import type { CallSettings } from './call-settings.ts'
import { createExtension } from './extend-expected.ts'
import { mayHaveCost } from './may-have-cost.ts'
import type { PreparedCall } from './prepare-call.ts'
import { countUsage, priceReading, report, toUsageContext } from './settle-call.ts'
import { createStreamTally, type StreamTally } from './stream-tally.ts'
import { createUpstream, onAbort, type Upstream } from './upstream.ts'
import { type WatchedStream, watchStream } from './watch-stream.ts'

/** One streamed call: reserved before it begins, settled before its reader sees the end, or behind the back of a reader that went away. */
export function streamBudgeted(
  model: LanguageModelV4,
  call: PreparedCall,
  settings: CallSettings,
): Promise<LanguageModelV4StreamResult> {
  const { budget, reference, ledger } = settings
  const { abortSignal } = call.params
  return new Promise((resolve, reject) => {
    const upstream = createUpstream(settings)
    let opened = false
    const request = { budget, upTo: call.upTo, reference, signal: abortSignal }
    const settled: Promise<void> = ledger.withReservation(request, async (spend, { reservation }) => {
      const result = await open(model, { call, upstream, spend })
      const tally = createStreamTally()
      const watched = watch(result, { call, settings, upstream, tally, reservation, beforeClose: () => quiet(settled) })
      const stop = onAbort(abortSignal, watched.fail)
      opened = true
      stopEarly()
      resolve({ ...result, stream: watched.stream })
      const { error } = await watched.ended
      stop()
      upstream.close()
      spendOrThrow(spend, { call, settings, tally, error, aborted: upstream.signal.aborted })
    })
    settled.catch((error: unknown) => {
      upstream.close()
      stopEarly()
      if (!opened) reject(error)
      else if (mayHaveCost(error)) report(call, settings, 'A streamed call could not be settled.', error)
    })
    const stopEarly = onAbort(abortSignal, (reason) => {
      upstream.leave(reason)
      reject(reason)
    })
  })
}

type Spend = (cost: Money | Quote) => void

async function open(
  model: LanguageModelV4,
  { call, upstream, spend }: { readonly call: PreparedCall; readonly upstream: Upstream; readonly spend: Spend },
): Promise<LanguageModelV4StreamResult> {
  try {
    // Raw parts have the tier, the tools, and what an interrupted stream said of its input.
    return await model.doStream({ ...call.params, abortSignal: upstream.signal, includeRawChunks: true })
  } catch (error) {
    if (mayHaveCost(error)) spend(call.upTo)
    throw error
  }
}

interface Watching {
  readonly call: PreparedCall
  readonly settings: CallSettings
  readonly upstream: Upstream
  readonly tally: StreamTally
  readonly reservation: Reservation
  readonly beforeClose: () => Promise<void>
}

function watch(result: LanguageModelV4StreamResult, watching: Watching): WatchedStream {
  const { call, settings, upstream, tally, reservation, beforeClose } = watching
  const extend = createExtension(call, reservation, settings)
  const watched = watchStream(result.stream, {
    async see(part) {
      tally.see(part)
      const refusal = await extend(part)
      if (!refusal) return
      watched.endWith(refusal)
      upstream.stop(refusal)
    },
    passes: (part) => part.type !== 'raw' || call.params.includeRawChunks === true,
    onLeave: upstream.leave,
    beforeClose,
  })
  return watched
}

interface StreamEnd {
  readonly call: PreparedCall
  readonly settings: CallSettings
  readonly tally: StreamTally
  readonly error: unknown
  /** Ended by us before its time. */
  readonly aborted: boolean
}

/** Settles by what the provider said; where it did not come to that, by what was received. A refusal in the stream costs nothing. */
function spendOrThrow(spend: Spend, { call, settings, tally, error, aborted }: StreamEnd): void {
  const failure = error ?? tally.error
  if (failure !== undefined && !aborted && !tally.receivedAnything && !mayHaveCost(failure)) throw failure
  const said = readAnswerUsage(tally.readAnswer(), toUsageContext(call))
  if (said && tally.finished) spend(priceReading(call, said, settings))
  else if (settings.afterAbort === 'bound') spend(call.upTo)
  else spend(priceReading(call, countUsage(call, said, tally.readText(), settings), settings))
}

async function quiet(promise: Promise<void>): Promise<void> {
  await promise.catch(() => undefined)
}
