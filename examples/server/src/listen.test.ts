import { Agent, request } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Listener, listen } from './listen.ts'

let listener: Listener
let agent: Agent
beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
})
afterEach(async () => {
  agent.destroy()
  await listener.close(0)
})

/** A promise that somebody else fulfils. */
function later(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const fulfil: (() => void)[] = []
  const promise = new Promise<void>((resolve) => fulfil.push(resolve))
  return { promise, resolve: () => fulfil[0]?.() }
}

const get = (path: string): Promise<{ readonly status: number; readonly connection: string | undefined }> =>
  new Promise((resolve, reject) => {
    const asked = request(`${listener.url}${path}`, { agent }, (answer) => {
      answer.resume().once('end', () => {
        resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection })
      })
    })
    asked.once('error', reject).end()
  })

test('a close waits for the answers that are due, and ends their connections with them', async () => {
  listener = await listen('127.0.0.1', 0)
  const arrived = later()
  const goOn = later()
  listener.serve((request, response) => {
    if (request.url === '/quick') return response.end()
    arrived.resolve()
    goOn.promise.then(() => response.end())
  })
  expect(await get('/quick')).toEqual({ status: 200, connection: 'keep-alive' })
  const slow = get('/slow')
  await arrived.promise
  // So long that only the end of the answer can end it.
  const closed = listener.close(3_600_000)
  goOn.resolve()
  expect(await slow).toEqual({ status: 200, connection: 'close' })
  await closed
})

test('a close ends a connection whose answer had begun, too, before the client lets it go', {
  timeout: 30_000,
}, async () => {
  listener = await listen('127.0.0.1', 0)
  const arrived = later()
  const goOn = later()
  listener.serve((_request, response) => {
    response.flushHeaders()
    arrived.resolve()
    goOn.promise.then(() => response.end())
  })
  const begun = get('/')
  await arrived.promise
  const closed = listener.close(3_600_000)
  goOn.resolve()
  expect(await begun).toMatchObject({ status: 200 })
  await closed
})
