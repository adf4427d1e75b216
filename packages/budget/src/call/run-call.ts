import type { LedgerProblem } from '../ledger-problem.ts'
import type { Money } from '../money.ts'
import { onAbort } from '../on-abort.ts'
import type { Quote } from '../quote.ts'
import type { Reservation } from '../reservation.ts'
import type { UsageContext, UsageReading } from '../usage/usage-reading.ts'
import type { CallSettings } from './call-settings.ts'
import { createExtension } from './extend-expected.ts'
import { mayHaveCost } from './may-have-cost.ts'
import type { CallPlan } from './plan-call.ts'
import { priceCounted, priceReading, report, toUsageContext } from './settle-call.ts'
import { createUpstream, type Upstream } from './upstream.ts'
import { type WatchedStream, watchStream } from './watch-stream.ts'

/** One call of a provider, however it is made. */
export interface CallWork<Part, Result> {
  /** Of the caller, who is let go at once; the call may go on behind it. */
  readonly signal: AbortSignal | undefined
  /** Makes the call. What it throws ends the call; whether that may have cost something is read from the error. */
  open(upstream: AbortSignal): Promise<WholeAnswer<Result> | StreamedAnswer<Part, Result>>
}

export interface WholeAnswer<Result> {
  readonly kind: 'whole'
  readonly result: Result
  /** `free`: a refusal, which is not billed. */
  readonly cost: Money | Quote | 'free'
}

export interface StreamedAnswer<Part, Result> {
  readonly kind: 'streamed'
  readonly stream: ReadableStream<Part>
  readonly tally: StreamTally<Part>
  /** Whether the caller gets a part. */
  readonly passes: (part: Part) => boolean
  /** Whether the provider says nothing after a part. Default: its stream ends when it has said all. */
  readonly isLast?: (part: Part) => boolean
  /** What the caller gets: the same stream, watched. */
  readonly give: (stream: ReadableStream<Part>) => Result
  /** How a refusal in the middle is said as a part. Default: the stream breaks with it. */
  readonly toRefusal?: (refusal: unknown) => Part
  /** What is settled when the provider's last word is missing: what was `counted`, or the whole reservation (`bound`). */
  readonly whenCut: 'counted' | 'bound'
}

/** What a stream has said so far. */
export interface StreamTally<Part> {
  /** Returns what the part brought: text, thinking or tool input. */
  see(part: Part): string
  /** All of it. */
  readText(): string
  /** Of the model: an error before it is a refusal. */
  readonly receivedAnything: boolean
  /** The provider said its last word. */
  readonly finished: boolean
  /** An error that the stream said instead of throwing it. */
  readonly error: unknown
  /** Null: nothing was said. */
  readUsage(context: UsageContext): UsageReading | null
}

type Answer<Part, Result> = WholeAnswer<Result> | StreamedAnswer<Part, Result>
type Spend = (cost: Money | Quote) => void

/** Thrown by work that is not billed, so that its reservation is released. */
const unbilled = new Error('The provider refused the call.')

/**
 * Makes one call: reserved before it begins, settled before its caller has the whole answer or sees the end of the stream, or behind the back of a caller
 * that went away.
 *
 * @throws {BudgetError} The refusal of its reservation; or what the call itself threw.
 */
export function runCall<Part, Result>(
  plan: CallPlan,
  settings: CallSettings,
  work: CallWork<Part, Result>,
): Promise<Result> {
  const { budget, reference, ledger } = settings
  const upstream = createUpstream(settings)
  return new Promise((resolve, reject) => {
    const given: { answer?: Answer<Part, Result> } = {}
    let left = false
    const onUnsettled = (problem: LedgerProblem) => report(plan, settings, problem)
    const request = { budget, upTo: plan.upTo, reference, signal: work.signal, onUnsettled }
    const settled: Promise<void> = ledger.withReservation(request, async (spend, { reservation }) => {
      const answer = await open(work, { plan, upstream, spend })
      given.answer = answer
      if (answer.kind === 'whole') return spendWhole(spend, answer)
      const watched = watch(answer, { plan, settings, upstream, reservation, beforeClose: () => quiet(settled) })
      const stop = onAbort(work.signal, watched.fail)
      stopEarly()
      resolve(answer.give(watched.stream))
      const { error } = await watched.ended
      stop()
      upstream.close()
      spendStream(spend, answer, { plan, settings, error, aborted: upstream.signal.aborted })
    })
    const end = () => {
      upstream.close()
      stopEarly()
      // Also when its settlement failed: the caller has the answer, and the reservation is booked when it expires.
      if (given.answer?.kind === 'whole') resolve(given.answer.result)
    }
    settled.then(end, (error: unknown) => {
      end()
      reject(error)
      const { answer } = given
      if (answer && error !== unbilled && mayHaveCost(error))
        report(plan, settings, { message: 'A call could not be settled.', cause: error })
      if (!answer && left && error !== work.signal?.reason)
        report(plan, settings, { message: 'An aborted call ended with an error.', cause: error })
    })
    const stopEarly = onAbort(work.signal, (reason) => {
      left = true
      upstream.leave(reason)
      reject(reason)
    })
  })
}

async function open<Part, Result>(
  work: CallWork<Part, Result>,
  { plan, upstream, spend }: { readonly plan: CallPlan; readonly upstream: Upstream; readonly spend: Spend },
): Promise<Answer<Part, Result>> {
  try {
    return await work.open(upstream.signal)
  } catch (error) {
    if (mayHaveCost(error)) spend(plan.upTo)
    throw error
  }
}

function spendWhole<Result>(spend: Spend, { cost }: WholeAnswer<Result>): void {
  if (cost === 'free') throw unbilled
  spend(cost)
}

interface Watching {
  readonly plan: CallPlan
  readonly settings: CallSettings
  readonly upstream: Upstream
  readonly reservation: Reservation
  readonly beforeClose: () => Promise<void>
}

function watch<Part, Result>(
  { stream, tally, passes, isLast = () => false, toRefusal }: StreamedAnswer<Part, Result>,
  { plan, settings, upstream, reservation, beforeClose }: Watching,
): WatchedStream<Part> {
  const extend = createExtension(plan, reservation, settings)
  const watched = watchStream(stream, {
    async see(part) {
      const refusal = await extend(tally.see(part))
      if (!refusal) return
      if (toRefusal) watched.endWith(toRefusal(refusal), refusal)
      else watched.fail(refusal)
      upstream.stop(refusal)
    },
    passes,
    isLast,
    whenUnread: (run) => settings.host.after(settings.unreadMs, run),
    onLeave: upstream.leave,
    beforeClose,
  })
  return watched
}

interface StreamEnd {
  readonly plan: CallPlan
  readonly settings: CallSettings
  readonly error: unknown
  /** Ended by us before its time. */
  readonly aborted: boolean
}

/** Settles by what the provider said; where it did not come to that, by what was received. A refusal in the stream costs nothing. */
function spendStream<Part, Result>(
  spend: Spend,
  { tally, whenCut }: StreamedAnswer<Part, Result>,
  { plan, settings, error, aborted }: StreamEnd,
): void {
  const failure = error ?? tally.error
  if (failure !== undefined && !aborted && !tally.receivedAnything && !mayHaveCost(failure)) throw failure
  const said = tally.readUsage(toUsageContext(plan))
  if (said && tally.finished) spend(priceReading(plan, said, settings))
  else if (settings.afterAbort === 'bound' || whenCut === 'bound') spend(plan.upTo)
  else spend(priceCounted(plan, { said, receivedText: tally.readText() }, settings))
}

async function quiet(promise: Promise<void>): Promise<void> {
  await promise.catch(() => undefined)
}
