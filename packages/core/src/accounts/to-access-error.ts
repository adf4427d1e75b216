import { PlatformError } from '../platform/platform-error.ts'
import { isSocialError } from '../social-error.ts'

/** A failure of ours, as the engine understands it: who has to do something. Others stay what they are. */
export function toAccessError(cause: unknown): unknown {
  if (!isSocialError(cause)) return cause
  const { code, message } = cause
  if (code === 'erased') return new PlatformError({ code: 'reconnect', message, cause })
  if (code === 'secret_unreadable' || code === 'misconfigured') {
    return new PlatformError({ code: 'misconfigured', message, scope: 'app', cause })
  }
  return cause
}
