import { createFixedClock } from '@ofm-social/core/testing'
import type { XEmulatorSwitches } from '../switches.ts'
import { startXEmulator } from '../x-emulator.ts'

export interface XAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any
}

/** A running emulator with short ways to call it as one of its accounts. */
export async function startX(switches: XEmulatorSwitches = {}) {
  const clock = createFixedClock()
  const emulator = await startXEmulator({ now: clock.now, ...switches })
  const { app, accounts } = emulator.credentials()
  const [ada, bea] = accounts
  if (!ada || !bea) throw new Error('two accounts are seeded')

  async function send(method: string, path: string, init: RequestInit & { token?: string | null } = {}): Promise<XAnswer> {
    const { token = ada?.accessToken, headers, ...rest } = init
    const all = new Headers(headers)
    if (token) all.set('authorization', `Bearer ${token}`)
    const response = await fetch(emulator.url + path, { method, redirect: 'manual', ...rest, headers: all })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text.startsWith('{') ? JSON.parse(text) : text }
  }
  const get = (path: string, token?: string) => send('GET', path, token === undefined ? {} : { token })
  const post = (path: string, body: unknown, token?: string | null) =>
    send('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      ...(token === undefined ? {} : { token }),
    })
  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send('POST', path, { token: null, body: new URLSearchParams(fields), headers })
  const tweet = (text: string, more: object = {}, token?: string) => post('/2/tweets', { text, ...more }, token)

  async function upload(bytes: Uint8Array, type: string, category: string, segmentSize = 1_000_000) {
    const made = await post('/2/media/upload/initialize', { media_type: type, total_bytes: bytes.length, media_category: category })
    const id = String(made.json.data.id)
    for (let index = 0; index * segmentSize < bytes.length; index += 1) {
      await append(id, index, bytes.subarray(index * segmentSize, (index + 1) * segmentSize))
    }
    return { id, finalized: await send('POST', `/2/media/upload/${id}/finalize`) }
  }
  function append(id: string, index: number, bytes: Uint8Array) {
    const body = new FormData()
    body.set('segment_index', String(index))
    body.set('media', new Blob([Uint8Array.from(bytes)]), 'blob')
    return send('POST', `/2/media/upload/${id}/append`, { body })
  }
  const status = (id: string) => get(`/2/media/upload?command=STATUS&media_id=${id}`)

  return { clock, emulator, app, ada, bea, send, get, post, form, tweet, upload, append, status, close: emulator.close }
}

export type X = Awaited<ReturnType<typeof startX>>
