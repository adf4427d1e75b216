import {
  type Attributes,
  type Context,
  type Counter,
  context,
  type Histogram,
  metrics,
  propagation,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { isPlatformError } from '../platform/platform-error.ts'
import { isSocialError } from '../social-error.ts'
import { attributeNames, instruments, telemetryScope } from '../telemetry.ts'

/** The trace of whoever created the post: every step of its work joins it. */
export function traceOf(carrier: Readonly<Record<string, string>> | null): Context {
  return carrier ? propagation.extract(context.active(), carrier) : context.active()
}

/** Runs work in a span; a throw is named by its code only, never by its text. */
export function inSpan<Result>(
  name: string,
  attributes: Attributes,
  run: (span: Span) => Promise<Result>,
  parent: Context = context.active(),
): Promise<Result> {
  return trace.getTracer(telemetryScope).startActiveSpan(name, { attributes }, parent, async (span) => {
    try {
      return await run(span)
    } catch (error) {
      const coded = isPlatformError(error) || isSocialError(error)
      const errorType = coded ? error.code : error instanceof Error ? error.name : 'unknown'
      span.setAttribute(attributeNames.errorType, errorType)
      span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
      throw error
    } finally {
      span.end()
    }
  })
}

/** Names the attempt on the span of its write, so that a trace and a publication's attempts find each other. */
export function noteAttempt({ id, number }: { readonly id: string; readonly number: number }): void {
  trace.getActiveSpan()?.setAttributes({ [attributeNames.attemptId]: id, [attributeNames.attemptNumber]: number })
}

const histograms = new Map<string, Histogram>()
const counters = new Map<string, Counter>()

/** Seconds, into one of our histograms. Made at first use, so that a host may set its SDK up after it loaded us. */
export function recordSeconds(
  instrument: Extract<(typeof instruments)[keyof typeof instruments], { bounds: unknown }>,
  seconds: number,
  attributes: Attributes,
): void {
  const { name, unit, bounds } = instrument
  const known =
    histograms.get(name) ??
    metrics.getMeter(telemetryScope).createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...bounds] } })
  histograms.set(name, known)
  known.record(seconds, attributes)
}

export function countOutcome(attributes: Attributes): void {
  const { name, unit } = instruments.publishOutcomes
  const known = counters.get(name) ?? metrics.getMeter(telemetryScope).createCounter(name, { unit })
  counters.set(name, known)
  known.add(1, attributes)
}
