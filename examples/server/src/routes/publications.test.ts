import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

let app: TestApp
let account: string
beforeAll(async () => {
  app = await startTestApp()
  account = (await app.social.addAccount({ creator: 'ada' })).id
})
afterAll(() => app.close())

async function publish(text: string): Promise<string> {
  const { body } = await app.request('POST', '/v1/posts', { body: { to: [account], text } })
  await app.social.settle()
  return body.publications[0].id
}

/** A write that was lost before the platform saw it: no look can prove that. */
async function leaveInDoubt(text: string): Promise<string> {
  app.social.platform.fail('publish', { kind: 'lose_before' })
  const id = await publish(text)
  await app.social.advance('1h')
  return id
}

describe('a publication', () => {
  test('shows a lost answer, the looks for it, and what they found', async () => {
    app.social.platform.setListingLag(10_000)
    app.social.platform.fail('publish', { kind: 'accept_then_lose' })
    const id = await publish('Sent once')
    await app.social.advance('6s')
    const during = (await app.request('GET', `/v1/publications/${id}`)).body
    expect(during).toMatchObject({
      state: 'publishing',
      parts: [
        {
          state: 'unknown',
          reason: { code: 'outcome_unknown' },
          attempts: [{ number: 1, outcome: 'unknown' }],
          evidence: [{ kind: 'not_yet', attempt: 1 }],
        },
      ],
    })
    expect(during.parts[0].nextLookAt).toMatch(/Z$/)
    await app.social.advance('1h')
    app.social.platform.setListingLag(0)
    expect((await app.request('GET', `/v1/publications/${id}`)).body.state).toBe('published')
  })

  test('is found by its state, its account and whether it is held', async () => {
    const id = await publish('Found by filters')
    const { body } = await app.request(
      'GET',
      `/v1/publications?state=published&state=removed&account=${account}&limit=1`,
    )
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([id])
    const rest = await app.request(
      'GET',
      `/v1/publications?state=published&account=${account}&limit=1&after=${body.next}`,
    )
    expect(rest.body.items[0]?.id).not.toBe(id)
    expect((await app.request('GET', `/v1/publications?held=true`)).body.items).toEqual([])
    expect((await app.request('GET', '/v1/publications?state=lost')).status).toBe(400)
  })

  test('is taken off the platform', async () => {
    const id = await publish('Gone soon')
    expect((await app.request('POST', `/v1/publications/${id}/remove`)).status).toBe(202)
    await app.social.settle()
    expect((await app.request('GET', `/v1/publications/${id}`)).body).toMatchObject({
      state: 'removed',
      removedBy: 'us',
    })
  })
})

describe('a publication that asks', () => {
  test('is confirmed with the id that a person saw', async () => {
    const id = await leaveInDoubt('Confirmed')
    expect((await app.request('GET', `/v1/publications/${id}`)).body.state).toBe('needs_attention')
    const answer = await app.request('POST', `/v1/publications/${id}/confirm`, {
      body: { externalId: 'seen-1', by: 'mia' },
    })
    expect(answer.body).toMatchObject({ state: 'published', parts: [{ externalId: 'seen-1' }] })
  })

  test('is sent again, or given up', async () => {
    const again = await leaveInDoubt('Again')
    expect((await app.request('POST', `/v1/publications/${again}/retry`)).status).toBe(200)
    await app.social.settle()
    expect((await app.request('GET', `/v1/publications/${again}`)).body.state).toBe('published')
    const given = await leaveInDoubt('Given up')
    const { body } = await app.request('POST', `/v1/publications/${given}/give-up`)
    expect(body.state).toBe('given_up')
  })

  test('is answered for with many others, by filter', async () => {
    const ids = [await leaveInDoubt('Bulk 1'), await leaveInDoubt('Bulk 2'), await leaveInDoubt('Bulk 3')]
    const [first = '', ...rest] = ids
    const confirmed = await app.request('POST', '/v1/publications/confirm', {
      body: { answers: [{ id: first, externalId: 'seen-2' }] },
    })
    expect(confirmed.body.results).toEqual([{ id: first, result: 'done' }])
    const filter = { state: 'needs_attention', account }
    const retried = await app.request('POST', '/v1/publications/retry', { body: { filter, limit: 1 } })
    expect(retried.body.results).toHaveLength(1)
    const left = await app.request('POST', '/v1/publications/give-up', { body: { filter, limit: 10 } })
    expect(left.body.results).toHaveLength(1)
    const touched = [...retried.body.results, ...left.body.results].map(({ id }: { id: string }) => id)
    expect(touched.toSorted()).toEqual(rest.toSorted())
  })

  test('that does not ask refuses an answer', async () => {
    const id = await publish('Asks nothing')
    const answer = await app.request('POST', `/v1/publications/${id}/give-up`)
    expect([answer.status, answer.body.code]).toEqual([409, 'not_allowed'])
  })
})

describe('a pause', () => {
  test('holds what is due with a reason, and lets it go', async () => {
    const paused = await app.request('POST', '/v1/pauses', { body: { scope: { creator: 'ada' }, reason: 'Holiday' } })
    expect([paused.status, paused.body.reason, paused.body.scope]).toEqual([201, 'Holiday', 'creator'])
    const id = await publish('Held')
    expect((await app.request('GET', `/v1/publications/${id}`)).body.hold).toMatchObject({ reason: 'paused' })
    expect((await app.request('GET', '/v1/pauses')).body.items).toHaveLength(1)
    expect((await app.request('POST', '/v1/pauses/resume', { body: { scope: { creator: 'ada' } } })).status).toBe(204)
    await app.social.advance('5min')
    expect((await app.request('GET', `/v1/publications/${id}`)).body.state).toBe('published')
  })

  test('of everything is not for one of many agencies', async () => {
    const as = await app.apiKeys.create({ agency: 'studio-nord', name: 'test' })
    const answer = await app.request('POST', '/v1/pauses', { body: { scope: { everything: true } }, as })
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
  })

  test('has exactly one scope', async () => {
    const answer = await app.request('POST', '/v1/pauses', { body: { scope: { creator: 'ada', platform: 'x' } } })
    expect(answer.status).toBe(400)
  })
})
