/** The public API, as any user calls it. */
export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown): Promise<Answer>
  upload<Answer>(path: string, bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Answer>
}

/** Calls the API with a key. Throws a sentence with the API's own words. */
export function createApiClient(options: { readonly baseUrl: string; readonly key: string }): ApiClient {
  const call = async <Answer>(method: string, path: string, init: RequestInit): Promise<Answer> => {
    const headers = { authorization: `Bearer ${options.key}`, ...init.headers }
    const response = await fetch(`${options.baseUrl}${path}`, { ...init, method, headers })
    const text = await response.text()
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer
    throw new Error(`${method} ${path} answered ${response.status}: ${readDetail(text)}`)
  }
  return {
    get: (path) => call('GET', path, {}),
    post: (path, body) =>
      call('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    upload: (path, bytes, type) => call('POST', path, { body: bytes, headers: { 'content-type': type } }),
  }
}

function readDetail(text: string): string {
  try {
    const problem: unknown = JSON.parse(text)
    if (typeof problem === 'object' && problem !== null && 'detail' in problem) return String(problem.detail)
  } catch {
    // Not JSON: what a proxy says is of no use here.
  }
  return 'no detail'
}
