import { isPlatformError } from '../platform/platform-error.ts'

const CAUSES_MAX = 5

/** A throw of `publish` in one word, for attempts: the network's code, else the platform's, else the status of the answer, else its class. */
export function nameFailure(error: unknown): string {
  const network = findNetworkCode(error)
  if (network !== undefined) return network
  if (!isPlatformError(error)) return error instanceof Error ? error.name : typeof error
  const { platformCode, status, code } = error
  return platformCode ?? (status === undefined ? code : `HTTP ${status}`)
}

/** Codes of Node and undici hold no secret. They may lie below the error that an adapter or its client made of them. */
function findNetworkCode(error: unknown): string | undefined {
  let cause = error
  for (let depth = 0; cause instanceof Error && depth < CAUSES_MAX; depth += 1) {
    const { code } = cause as { readonly code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
    cause = cause.cause
  }
  return undefined
}
