import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

let app: TestApp
let account: string
let publication: string
beforeAll(async () => {
  app = await startTestApp({}, { metrics: true })
  account = (await app.social.addAccount({ creator: 'ada' })).id
  const { body } = await app.request('POST', '/v1/posts', { body: { to: [account], text: 'First light' } })
  publication = body.publications[0].id
  await app.social.settle()
  const [part] = (await app.social.publications.get(publication)).parts
  app.social.platform.setCounters(part?.externalId ?? '', { views: 3 })
  await app.social.advance('1h')
})
afterAll(() => app.close())

describe('metrics', () => {
  test('of a publication are its stored samples', async () => {
    const { status, body } = await app.request('GET', `/v1/publications/${publication}/metrics`)
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { partIndex: 0, ageMs: 900_000, counters: { views: 3 } },
      { partIndex: 0, ageMs: 3_600_000, counters: { views: 3 } },
    ])
  })

  test('can be read now, and then nothing is stored', async () => {
    const { body } = await app.request('POST', `/v1/publications/${publication}/metrics/read`)
    expect(body.items).toMatchObject([{ partIndex: 0, counters: { views: 3 } }])
    expect((await app.request('GET', `/v1/publications/${publication}/metrics`)).body.items).toHaveLength(2)
  })

  test('of an account are a list, from a moment on', async () => {
    const all = await app.request('GET', `/v1/accounts/${account}/metrics?limit=1`)
    expect([all.status, all.body.items.length <= 1]).toEqual([200, true])
    const none = await app.request('GET', `/v1/accounts/${account}/metrics?since=2099-01-01T00:00:00Z`)
    expect(none.body).toEqual({ items: [] })
  })

  test('are asked for with a limit and a moment that make sense', async () => {
    const { status, body } = await app.request('GET', `/v1/accounts/${account}/metrics?since=yesterday&limit=0`)
    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      ['query:/since', 'query:/limit'],
    ])
  })
})
