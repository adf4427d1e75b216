import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { SocialEvent } from '@ofm-social/core'
import type { Emulator, TestSocial } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { graphError } from './__fixtures__/answers.ts'
import { listen as listenOn, startEmulatedApp } from './__fixtures__/emulated-app.ts'
import type { InstagramLogin } from './options.ts'

const publishing = { method: 'POST', pathPattern: '/media_publish$' }
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const listen = (server: Server) => listenOn(server, closing)
const start = (login: InstagramLogin = 'instagram', deauthorizeUrl = '') =>
  startEmulatedApp(closing, { login, deauthorizeUrl })

const countPublishes = (emulator: Emulator) =>
  emulator.requests().filter(({ path }) => path.endsWith('/media_publish')).length

test('a post whose answer is lost is found, with its address', async () => {
  const { social, emulator, publish } = await start()
  emulator.addFault({ match: publishing, fault: { kind: 'accept_then_reset' } })
  const id = await publish('First light')
  await social.advance('10min')
  const [live] = emulator.posts()
  expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: live?.id }] })
  expect([emulator.posts().length, countPublishes(emulator)]).toEqual([1, 1])
})

test('a post that never reached Instagram is published by the same container', async () => {
  const { social, emulator, publish } = await start()
  emulator.addFault({ match: publishing, fault: { kind: 'reset_before' } })
  const id = await publish('First light')
  await social.advance('15min')
  expect(await social.publications.get(id)).toMatchObject({ state: 'published' })
  const containers = emulator.requests().filter(({ method, path }) => method === 'POST' && path.endsWith('/media'))
  expect([containers.length, emulator.posts().length, countPublishes(emulator)]).toEqual([1, 1, 2])
})

test('an account that is blocked as spam sends nothing more', async () => {
  const { social, emulator, publish } = await start()
  const { status = 400, json } = graphError(4, 2207051, 'Application request limit reached')
  emulator.addFault({ match: publishing, fault: { kind: 'refuse', status, body: json } })
  await publish('First light')
  await social.advance('5min')
  const other = await publish('Another')
  await social.advance('1h')
  expect(countPublishes(emulator)).toBe(1)
  expect((await social.publications.get(other)).hold).toMatchObject({ reason: 'account_blocked', scope: 'account' })
})

test('a first comment is written, and told by a webhook that is taken for genuine', async () => {
  const { social, emulator, app, platform, publish } = await start('facebook')
  const told: SocialEvent[] = []
  await social.on('account.platform_event', (event) => void told.push(event))
  const deliveries: Promise<unknown>[] = []
  const delivered = new Promise<void>((resolve) => {
    const server = createServer(async (request, response) => {
      const { answer } = await receive(social, platform, request)
      response.writeHead(answer.status).end(answer.body)
      if (request.method === 'POST') resolve()
    })
    deliveries.push(listen(server).then((callback) => subscribe(emulator, app, callback)))
  })
  expect(await deliveries[0]).toEqual({ success: true })
  const id = await publish('First light', 'Link in bio')
  await social.advance('5min')
  expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{}, { state: 'published' }] })
  await delivered
  await social.settle()
  expect(told).toMatchObject([{ details: { name: 'comments', payload: { text: 'Link in bio' } } }])
})

test.each([
  ['instagram', 'graph.instagram.com'],
  ['facebook', 'graph.facebook.com'],
] as const)('a creator who removes the app (%s) is asked to log in again', async (login, host) => {
  const calls: IncomingMessage[] = []
  let answered: (status: number) => void = () => undefined
  const answer = new Promise<number>((resolve) => {
    answered = resolve
  })
  const url = await listen(
    createServer(async (request, response) => {
      calls.push(request)
      const { answer } = await receive(social, platform, request)
      response.writeHead(answer.status).end(answer.body)
      answered(answer.status)
    }),
  )
  const { social, emulator, account, platform } = await start(login, url)
  const authorization = `Bearer ${emulator.credentials().accounts[0]?.accessToken}`
  await fetch(`${emulator.url}/${host}/v25.0/me/permissions`, { method: 'DELETE', headers: { authorization } })
  expect(await answer).toBe(200)
  expect(calls).toHaveLength(1)
  expect((await social.accounts.get(account.id)).connection.state).toBe('reconnect')
})

async function receive(social: TestSocial, platform: string, request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { searchParams: query } = new URL(request.url ?? '', 'http://app')
  const headers = request.headers as Record<string, string>
  const body = new Uint8Array(Buffer.concat(chunks))
  return { answer: await social.webhooks.receive(platform, { method: request.method ?? '', headers, query, body }) }
}

/** https://developers.facebook.com/docs/graph-api/reference/app/subscriptions */
async function subscribe({ url }: Emulator, app: ReturnType<Emulator['credentials']>['app'], callback: string) {
  const body = new URLSearchParams({
    access_token: `${app.clientId}|${app.clientSecret}`,
    object: 'instagram',
    callback_url: callback,
    fields: 'comments',
    verify_token: 'a word',
  })
  const answer = await fetch(`${url}/graph.facebook.com/v25.0/${app.clientId}/subscriptions`, { method: 'POST', body })
  return answer.json()
}
