import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { challenge } from './challenge.ts'
import { sign } from './webhook-signature.ts'

const secret = 'consumer-secret-example'
let server: Server
let answer: { readonly status: number; readonly body: (token: string) => string }

beforeEach(async () => {
  server = createServer(({ url }, response) => {
    const token = new URL(url ?? '', 'http://localhost').searchParams.get('crc_token') ?? ''
    response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body(token))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => void server.close())

const ask = (protocol = 'http') => {
  const { port } = server.address() as AddressInfo
  const call = {
    state: { app: { apiSecret: secret } },
    context: { random: (length: number) => new Uint8Array(length) },
  }
  return challenge(call as never, `${protocol}://127.0.0.1:${port}/x`)
}
const right = (token: string) => JSON.stringify({ response_token: sign(secret, token) })

test('a challenge is passed with the right token alone', async () => {
  answer = { status: 200, body: right }
  expect(await ask()).toBe('passed')
  answer = { status: 200, body: () => '{"response_token":"sha256=wrong"}' }
  expect(await ask()).toBe('wrong')
  answer = { status: 200, body: () => 'no JSON' }
  expect(await ask()).toBe('wrong')
})

test('a redirect and a TLS error are as bad as a wrong token; what is down may come back', async () => {
  answer = { status: 302, body: right }
  expect(await ask()).toBe('wrong')
  expect(await ask('https')).toBe('wrong')
  answer = { status: 503, body: right }
  expect(await ask()).toBe('unreachable')
})
