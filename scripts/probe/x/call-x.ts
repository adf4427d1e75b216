import * as needs from './needs.ts'

/** A request to X. */
export interface XRequest {
  readonly json?: object
  readonly form?: FormData
  readonly urlencoded?: Readonly<Record<string, string>>
  /** Whose token; default: the test account's. The app itself authenticates with its id and secret. */
  readonly token?: string
  readonly asClient?: true
}

export interface XAnswer {
  readonly status: number
  /** Without secrets. */
  readonly body: string
  readonly json: unknown
  readonly data: Readonly<Record<string, unknown>>
  /** Of the post, where the answer has one. */
  readonly id: string | undefined
  readonly headers: Headers
  /** What is left of the endpoint's window, where the answer says so. */
  readonly remaining: number | undefined
}

interface Caller {
  readonly baseUrl: string
  readonly accessToken: string
  readonly given: Readonly<Record<string, string>>
}

const secretNeeds = Object.values(needs).filter(({ variable }) => variable !== undefined)

/** One request, never repeated; whatever is secret is taken out of the answer's text. */
export function createCall({ baseUrl, given, ...caller }: Caller) {
  let { accessToken } = caller
  const secrets = [accessToken, ...secretNeeds.flatMap(({ key }) => given[key] ?? [])]
  async function call(method: string, path: string, request: XRequest = {}): Promise<XAnswer> {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(120_000),
      headers: {
        ...authorize(request, accessToken, given),
        ...(request.json && { 'content-type': 'application/json' }),
      },
      body: toBody(request, given),
    })
    return toAnswer(response, await response.text(), secrets)
  }
  const hide = (secret: string) => void secrets.push(secret)
  function replaceToken(token: string): void {
    hide(token)
    accessToken = token
  }
  return { call, hide, replaceToken }
}

function authorize({ token, asClient }: XRequest, accessToken: string, given: Caller['given']) {
  const secret = given[needs.clientSecret.key]
  if (!asClient) return { authorization: `Bearer ${token ?? accessToken}` }
  if (secret === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${given[needs.clientId.key]}:${secret}`).toString('base64')}` }
}

function toBody({ json, form, urlencoded, asClient }: XRequest, given: Caller['given']) {
  if (urlencoded === undefined) return form ?? (json && JSON.stringify(json)) ?? null
  const isPublic = asClient && given[needs.clientSecret.key] === undefined
  return new URLSearchParams({ ...urlencoded, ...(isPublic && { client_id: given[needs.clientId.key] ?? '' }) })
}

function toAnswer({ status, headers }: Response, text: string, secrets: readonly string[]): XAnswer {
  const json = parse(text)
  const data = toRecord(toRecord(json).data)
  const remaining = headers.get('x-rate-limit-remaining')
  return {
    status,
    body: secrets.reduce((body, secret) => body.replaceAll(secret, '…'), text),
    json,
    data,
    id: typeof data.id === 'string' ? data.id : undefined,
    headers,
    remaining: remaining === null ? undefined : Number(remaining),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Keys of an object; none for anything else. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
