/** What probes of X may do; it remembers each post that it made, to delete it. */
export interface XProbeApi {
  readonly sleep: (ms: number) => Promise<void>
  /** A text that no earlier run has posted. */
  uniqueText(): string
  post(text: string, more?: object): Promise<XAnswer>
  remove(id: string): Promise<XAnswer>
  listNewest(): Promise<XAnswer>
  /** Deletes what is left of this run's posts. */
  cleanUp(): Promise<void>
}

export interface XAnswer {
  readonly status: number
  readonly body: string
  readonly data: Readonly<Record<string, unknown>>
  /** Of the post, where the answer has one. */
  readonly id: string | undefined
}

export interface XProbeOptions {
  readonly baseUrl: string
  readonly accessToken: string
  readonly sleep: (ms: number) => Promise<void>
  /** Begins every text, so that runs do not collide. */
  readonly runName: string
}

/** Speaks to X as one account. The token is in the header alone. */
export function createXProbeApi({ baseUrl, accessToken, sleep, runName }: XProbeOptions): XProbeApi {
  const live = new Set<string>()
  const lost = new Set<string>()
  let count = 0
  let userId: string | undefined

  async function call(method: string, path: string, body?: object): Promise<XAnswer> {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
      headers: { authorization: `Bearer ${accessToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return toAnswer(response.status, (await response.text()).replaceAll(accessToken, '…'))
  }

  async function remove(id: string): Promise<XAnswer> {
    const answer = await call('DELETE', `/2/tweets/${id}`)
    if (answer.status === 200 || answer.status === 404) live.delete(id)
    return answer
  }

  return {
    sleep,
    remove,
    uniqueText: () => `${runName} probe ${++count}`,
    async post(text, more = {}) {
      // Until the answer is there the post may exist without an id that we know.
      lost.add(text)
      const answer = await call('POST', '/2/tweets', { text, ...more })
      if (answer.status < 500) lost.delete(text)
      if (answer.status === 201 && answer.id) live.add(answer.id)
      return answer
    },
    async listNewest() {
      userId ??= (await call('GET', '/2/users/me')).id
      if (!userId) throw new Error('X does not say whose token this is.')
      return call('GET', `/2/users/${userId}/tweets?max_results=5`)
    },
    async cleanUp() {
      await Promise.allSettled([...live].map(remove))
      const left = [...live, ...[...lost].map((text) => `perhaps "${text.slice(0, 60)}"`)]
      lost.clear()
      if (left.length > 0) throw new Error(`These posts may still be there; delete them by hand: ${left.join(', ')}.`)
    },
  }
}

function toAnswer(status: number, body: string): XAnswer {
  const data = readData(body)
  return { status, body, data, id: typeof data.id === 'string' ? data.id : undefined }
}

function readData(body: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body)
    if (typeof json !== 'object' || json === null || !('data' in json)) return {}
    return typeof json.data === 'object' && json.data !== null ? Object.fromEntries(Object.entries(json.data)) : {}
  } catch {
    return {}
  }
}
