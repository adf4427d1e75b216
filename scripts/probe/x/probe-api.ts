import type { ProbeApi } from '../run-probes.ts'
import { createCall, type XAnswer, type XRequest } from './call-x.ts'

/** What probes of X may do; it remembers each post that it made, to delete it. */
export interface XProbeApi extends ProbeApi {
  readonly sleep: (ms: number) => Promise<void>
  call(method: string, path: string, request?: XRequest): Promise<XAnswer>
  /** Keeps what X has just issued out of everything that is printed. */
  hide(secret: string): void
  /** Goes on with another access token of the test account, after a wait that the first one did not outlive. */
  replaceToken(token: string): void
  /** A text that no earlier run has posted. */
  uniqueText(): string
  post(text: string, more?: object): Promise<XAnswer>
  remove(id: string): Promise<XAnswer>
  /** The account itself, asked for once. */
  readMe(): Promise<XMe>
  listNewest(): Promise<XAnswer>
  /** Something else to undo at the end; a success or a 404 settles it. */
  undoLater(what: string, undo: () => Promise<XAnswer>): void
  /** What the app still has, in millionths of a US dollar, where somebody tells. */
  readBalanceMicroUsd(): Promise<number>
}

export interface XMe {
  readonly id: string
  readonly username: string
  readonly isPaying: boolean
}

export interface XProbeOptions {
  readonly baseUrl: string
  readonly accessToken: string
  /** What the operator gave beside the token, by the key of the need. */
  readonly given?: Readonly<Record<string, string>>
  readonly sleep: (ms: number) => Promise<void>
  /** Begins every text, so that runs do not collide. */
  readonly runName: string
  readonly readBalanceMicroUsd?: () => Promise<number>
  /** Once aborted, nothing new is made; what is there can still be deleted. */
  readonly stop?: AbortSignal
}

/** Speaks to X as one account. Tokens are in headers and bodies alone. */
export function createXProbeApi(options: XProbeOptions): XProbeApi {
  const { given = {}, sleep, runName, stop, readBalanceMicroUsd = refuseToTell } = options
  const { call, hide, replaceToken } = createCall({ ...options, given })
  const undos = new Map<string, () => Promise<XAnswer>>()
  const lost = new Set<string>()
  let count = 0
  let me: Promise<XMe> | undefined

  async function undo(what: string): Promise<XAnswer | undefined> {
    const answer = await undos.get(what)?.()
    if (answer && (answer.status < 300 || answer.status === 404)) undos.delete(what)
    return answer
  }

  const remove = (id: string) => call('DELETE', `/2/tweets/${id}`)
  return {
    given,
    sleep,
    hide,
    replaceToken,
    readBalanceMicroUsd,
    async call(method, path, request) {
      stop?.throwIfAborted()
      return call(method, path, request)
    },
    uniqueText: () => `${runName} probe ${++count}`,
    async post(text, more = {}) {
      stop?.throwIfAborted()
      // Until the answer is there the post may exist without an id that we know.
      lost.add(text)
      const answer = await call('POST', '/2/tweets', { json: { text, ...more } })
      const { id } = answer
      if (answer.status < 500) lost.delete(text)
      if (answer.status === 201 && id) undos.set(`post ${id}`, () => remove(id))
      return answer
    },
    async remove(id) {
      stop?.throwIfAborted()
      return (await undo(`post ${id}`)) ?? (await remove(id))
    },
    readMe() {
      me ??= readMe(call)
      me.catch(() => {
        me = undefined
      })
      return me
    },
    async listNewest() {
      const { id } = await this.readMe()
      return call('GET', `/2/users/${id}/tweets?max_results=5`)
    },
    undoLater: (what, run) => void undos.set(what, run),
    async cleanUp() {
      // The newest first: what belongs to a post goes before the post.
      for (const what of [...undos.keys()].reverse()) await undo(what).catch(() => undefined)
      const left = [...undos.keys(), ...[...lost].map((text) => `perhaps "${text.slice(0, 60)}"`)]
      undos.clear()
      lost.clear()
      if (left.length > 0) throw new Error(`This may still be there; remove it by hand: ${left.join(', ')}.`)
    },
  }
}

async function readMe(call: XProbeApi['call']): Promise<XMe> {
  const answer = await call('GET', '/2/users/me?user.fields=subscription_type')
  const { username, subscription_type: tier } = answer.data
  if (!answer.id || typeof username !== 'string') throw new Error('X does not say whose token this is.')
  return { id: answer.id, username, isPaying: typeof tier === 'string' && tier !== 'None' }
}

function refuseToTell(): Promise<number> {
  return Promise.reject(new Error('Nobody reads the balance.'))
}
