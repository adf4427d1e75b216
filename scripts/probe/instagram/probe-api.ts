import type { ProbeApi } from '../run-probes.ts'
import { createCall, type InstagramAnswer, type InstagramRequest } from './call-instagram.ts'

/** What probes of Instagram may do; it remembers each post that it made. Containers are seen by nobody, and end by themselves after a day. */
export interface InstagramProbeApi extends ProbeApi {
  readonly isFacebook: boolean
  readonly sleep: (ms: number) => Promise<void>
  call(method: string, path: string, request?: InstagramRequest): Promise<InstagramAnswer>
  /** A caption or comment that no earlier run has written. */
  uniqueText(): string
  /** The account as it stands in a path. */
  readAccountId(): Promise<string>
  makeContainer(fields: Readonly<Record<string, string>>): Promise<InstagramAnswer>
  /** The container's last answer, as soon as it is no longer in progress. */
  settleContainer(id: string): Promise<InstagramAnswer>
  publish(containerId: string): Promise<InstagramAnswer>
  /** Deletes a post that this run made. */
  remove(mediaId: string): Promise<InstagramAnswer>
}

export interface InstagramProbeOptions {
  /** Of a host of the Graph API: it says which login the token is of. */
  readonly baseUrl: string
  readonly accessToken: string
  readonly given: Readonly<Record<string, string>>
  readonly sleep: (ms: number) => Promise<void>
  /** Begins every text, so that runs do not collide. */
  readonly runName: string
  /** Once aborted, nothing new is made; what is there can still be deleted. */
  readonly stop?: AbortSignal
}

const pollsMax = 40
const pollMs = 5_000

/** Speaks to Instagram as one account. */
export function createInstagramProbeApi(options: InstagramProbeOptions): InstagramProbeApi {
  const { baseUrl, given, sleep, runName, stop } = options
  const send = createCall(options)
  const isFacebook = /graph\.facebook\.com/.test(baseUrl)
  const live = new Set<string>()
  const lost = new Set<string>()
  let count = 0
  let accountId: string | undefined

  async function remove(mediaId: string): Promise<InstagramAnswer> {
    const answer = await send('DELETE', `/${mediaId}`)
    if (answer.status === 200 || answer.code === '100/33') live.delete(mediaId)
    return answer
  }

  return {
    given,
    isFacebook,
    sleep,
    remove,
    uniqueText: () => `${runName} probe ${++count}`,
    async call(method, path, request) {
      stop?.throwIfAborted()
      return send(method, path, request)
    },
    async readAccountId() {
      accountId ??= isFacebook ? await readLinkedAccount(send) : 'me'
      return accountId
    },
    async makeContainer(fields) {
      return this.call('POST', `/${await this.readAccountId()}/media`, { fields })
    },
    async settleContainer(id) {
      for (let poll = 0; ; poll += 1) {
        const answer = await this.call('GET', `/${id}?fields=status_code,status`)
        if (answer.json.status_code !== 'IN_PROGRESS' || poll >= pollsMax) return answer
        await sleep(pollMs)
      }
    },
    async publish(containerId) {
      const path = `/${await this.readAccountId()}/media_publish`
      // Until the answer is there the post may exist without an id that we know.
      lost.add(containerId)
      const answer = await this.call('POST', path, { fields: { creation_id: containerId } })
      if (answer.status < 500) lost.delete(containerId)
      if (answer.id !== undefined) live.add(answer.id)
      return answer
    },
    async cleanUp() {
      if (isFacebook) await Promise.allSettled([...live].map(remove))
      const left = [
        ...[...live].map((id) => `post ${id}`),
        ...[...lost].map((id) => `perhaps the post of container ${id}`),
      ]
      live.clear()
      lost.clear()
      if (left.length > 0) throw new Error(`This is still there; delete it in the app: ${left.join(', ')}.`)
    },
  }
}

async function readLinkedAccount(send: ReturnType<typeof createCall>): Promise<string> {
  const { json } = await send('GET', '/me/accounts?fields=instagram_business_account')
  const pages = Array.isArray(json.data) ? json.data : []
  const ids = pages.flatMap((page) => page?.instagram_business_account?.id ?? [])
  const [id] = ids
  if (typeof id !== 'string' || ids.length > 1)
    throw new Error(`The token leads to ${ids.length} Instagram accounts; it has to lead to one.`)
  return id
}
