import {
  type Context,
  context,
  type Histogram,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { isPlatformError } from '../platform/platform-error.ts'
import { attributeNames, eventNames, instruments, spanNames, telemetryScope } from '../telemetry.ts'

/** What a span of a request may say: no query, no header, no body. */
export interface SpanRequest {
  readonly method: string
  readonly route: string
  readonly hostname: string
  readonly port: number
  /** The span that it belongs to, as `CallContext.trace`; else the active one. */
  readonly parent: unknown
}

/** A request that is being observed. */
export interface RequestSpan {
  answered(status: number): void
  rateWindowsUnreadable(): void
  /** Ends the span and measures the request. An error is named by its code only. */
  end(result: { readonly isSent: boolean; readonly error?: unknown }): void
}

let histogram: Histogram | undefined

/** Starts the span of one request. */
export function startRequestSpan(request: SpanRequest): RequestSpan {
  const { method, route, hostname, port } = request
  const startedAt = performance.now()
  const parent = isTraceContext(request.parent) ? request.parent : context.active()
  const where = { [attributeNames.method]: method, [attributeNames.host]: hostname }
  const span = trace
    .getTracer(telemetryScope)
    .startSpan(
      spanNames.httpRequest(method, route),
      { kind: SpanKind.CLIENT, attributes: { ...where, [attributeNames.route]: route, [attributeNames.port]: port } },
      parent,
    )
  let measured: Record<string, string | number> = where
  return {
    answered(status) {
      measured = { ...measured, [attributeNames.status]: status }
      span.setAttribute(attributeNames.status, status)
    },
    rateWindowsUnreadable: () => void span.addEvent(eventNames.rateWindowsUnreadable),
    end({ isSent, error }) {
      span.setAttribute(attributeNames.sent, isSent)
      if (error !== undefined) measured = { ...measured, [attributeNames.errorType]: markFailed(span, error) }
      span.end()
      durations().record((performance.now() - startedAt) / 1000, measured)
    },
  }
}

function markFailed(span: Span, error: unknown): string {
  const errorType = isPlatformError(error) ? error.code : error instanceof Error ? error.name : 'unknown'
  span.setAttribute(attributeNames.errorType, errorType)
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
  return errorType
}

/** Made with the first request, so that a host may set up its SDK after it loaded us. */
function durations(): Histogram {
  const { name, unit, bounds } = instruments.httpDuration
  histogram ??= metrics.getMeter(telemetryScope).createHistogram(name, {
    unit,
    advice: { explicitBucketBoundaries: [...bounds] },
  })
  return histogram
}

function isTraceContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null && 'getValue' in value && 'setValue' in value
}
