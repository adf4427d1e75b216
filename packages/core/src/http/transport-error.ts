import { PlatformError } from '../platform/platform-error.ts'
import { CallStopped } from './deadline.ts'

/** What is known about a call that got no readable answer. */
export interface FailedCall {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly mutating: boolean
  /** Whether the first byte was about to leave, so that the platform may have received it. */
  readonly hasStarted: boolean
  /** Whether what was to be sent could not be read. */
  readonly hasSourceFailed: boolean
  /** Of an answer that came but could not be read. */
  readonly status?: number
}

/** An answer came, but it cannot be used; the message says why and holds nothing of it. */
export class UnreadableAnswer extends Error {}

/** The kind of a network error, without what else hangs on it: undici keeps sockets and raw bytes there. */
class TransportFailure extends Error {
  readonly code: string | undefined

  constructor(message: string, code: string | undefined) {
    super(message)
    this.code = code
  }
}

const stopReasons: Readonly<Record<CallStopped['why'], string>> = {
  aborted: 'the call was aborted',
  timeout: 'its time ran out',
  too_late: 'its time had run out before the first byte',
  second_start: 'its connection ended, and it was not sent again',
}

/**
 * Says what a call without a readable answer means. A mutating one that did not start is `not_accepted`: nothing was sent, `markSent` was never
 * called. A mutating one that started is `outcome_unknown`, a reading one `bad_response`.
 */
export function toTransportError(error: unknown, call: FailedCall): PlatformError {
  const cause = error instanceof CallStopped || error instanceof UnreadableAnswer ? error : toTransportFailure(error)
  const reason = toReason(cause, call)
  const { method, path, host } = call
  const status = call.status === undefined ? {} : { status: call.status }
  if (!call.hasStarted) {
    const code = call.mutating ? 'not_accepted' : 'bad_response'
    return new PlatformError({ code, message: `${method} ${path} was not sent to ${host}: ${reason}.`, cause })
  }
  if (!call.mutating) {
    const message = `${method} ${path} got no readable answer from ${host}: ${reason}.`
    return new PlatformError({ code: 'bad_response', message, cause, ...status })
  }
  const message = `${method} ${path} was sent to ${host}, and its outcome is unknown: ${reason}.`
  return new PlatformError({ code: 'outcome_unknown', message, cause, ...status })
}

function toReason(cause: Error, call: FailedCall): string {
  if (cause instanceof CallStopped) return stopReasons[cause.why]
  if (call.hasSourceFailed) return 'the bytes to send could not be read'
  return cause.message.replace(/\.$/, '')
}

/** Messages of coded errors (Node, undici) name hosts, ports and certificates; others may hold anything and are left out. */
function toTransportFailure(error: unknown): TransportFailure {
  if (!(error instanceof Error)) return new TransportFailure('unknown failure', undefined)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return new TransportFailure(error.name, undefined)
  const text = error.message
  return new TransportFailure(text === '' || text.includes(code) ? text || code : `${text} (${code})`, code)
}
