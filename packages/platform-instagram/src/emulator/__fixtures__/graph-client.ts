import type { Emulator } from '@ofm-social/core/testing'

/** What the emulator answered. */
// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the platform answers.
export type Answer = { readonly status: number; readonly headers: Headers; readonly json: any }

export interface GraphClient {
  readonly accountId: string
  readonly host: string
  get(path: string, parameters?: Record<string, string>): Promise<Answer>
  post(path: string, parameters?: Record<string, string>): Promise<Answer>
  delete(path: string): Promise<Answer>
}

/** Calls the API as one of the seeded accounts, by plain HTTP. */
export function toGraphClient(emulator: Emulator, username: string): GraphClient {
  const account = emulator.credentials().accounts.find((one) => one.username === username)
  if (!account) throw new Error(`there is no account ${username}`)
  const host = `${emulator.url}/${account.host}`
  const headers = { authorization: `Bearer ${account.accessToken}` }
  const send = async (url: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url, { ...init, headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text.startsWith('<') ? text : JSON.parse(text) }
  }
  const toUrl = (path: string) => `${host}/v25.0/${path}`
  return {
    accountId: account.id,
    host,
    get: (path, parameters = {}) => send(`${toUrl(path)}?${new URLSearchParams(parameters)}`, {}),
    post: (path, parameters = {}) => send(toUrl(path), { method: 'POST', body: new URLSearchParams(parameters) }),
    delete: (path) => send(toUrl(path), { method: 'DELETE' }),
  }
}
