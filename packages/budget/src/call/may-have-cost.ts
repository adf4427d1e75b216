/** Thrown before anything is sent. */
const before = new Set([
  'AI_InvalidArgumentError',
  'AI_InvalidPromptError',
  'AI_LoadAPIKeyError',
  'AI_LoadSettingError',
  'AI_NoSuchModelError',
  'AI_UnsupportedFunctionalityError',
])
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** The provider, or a proxy before it, gave up while the model may have worked. */
const timeouts = new Set([408, 504, 524])

/** Whether a failed call may be billed. Refusals and calls that never left are not; what broke on the way may be. */
export function mayHaveCost(error: unknown): boolean {
  for (let inner: unknown = error; typeof inner === 'object' && inner !== null; inner = Reflect.get(inner, 'cause')) {
    const status: unknown = Reflect.get(inner, 'statusCode')
    if (typeof status === 'number') return status < 400 || timeouts.has(status)
    const code: unknown = Reflect.get(inner, 'code')
    if (typeof code === 'string' && notConnected.has(code)) return false
    const name: unknown = Reflect.get(inner, 'name')
    if (typeof name === 'string' && before.has(name)) return false
  }
  return true
}
