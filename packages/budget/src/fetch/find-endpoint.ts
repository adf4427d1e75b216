/** What a request costs by: one of three APIs, nothing, or nobody knows. */
export type Endpoint = 'chat' | 'responses' | 'messages' | 'free' | 'unknown'

/** APIs whose calls are billed by the tokens that their answers name. */
const priced: readonly (readonly [path: RegExp, endpoint: Endpoint])[] = [
  [/\/chat\/completions$/, 'chat'],
  [/\/responses$/, 'responses'],
  [/\/v1\/messages$/, 'messages'],
]

/** Writes that cost nothing: counting, cancelling, storing, signing in. */
const freePaths: readonly RegExp[] = [
  /\/messages\/count_tokens$/,
  /\/responses\/input_tokens$/,
  /\/responses\/[^/]+\/cancel$/,
  /\/chat\/completions\/[^/]+$/,
  /\/conversations(\/[^/]+)?(\/items)?$/,
  /\/moderations$/,
  /\/files$/,
  /\/uploads(\/[^/]+\/(parts|complete|cancel))?$/,
  /\/oauth2?\/token$/,
]

const freeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** By the end of the path, because gateways put their own before it. Reading and deleting is free with every vendor. */
export function findEndpoint(method: string, { pathname }: URL): Endpoint {
  if (freeMethods.has(method) || freePaths.some((path) => path.test(pathname))) return 'free'
  return priced.find(([path]) => path.test(pathname))?.[1] ?? 'unknown'
}
