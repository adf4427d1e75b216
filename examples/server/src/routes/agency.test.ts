import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('an agency', () => {
  test('decides whether its posts need an approval', async () => {
    const account = await app.social.addAccount({ creator: 'ada' })
    expect((await app.request('GET', '/v1/agency')).body).toMatchObject({ approval: 'none' })
    const changed = await app.request('PATCH', '/v1/agency', { body: { approval: 'required' } })
    expect([changed.status, changed.body.approval]).toEqual([200, 'required'])
    const post = await app.request('POST', '/v1/posts', { body: { to: [account.id], text: 'Wait' } })
    expect(post.body.publications[0].state).toBe('awaiting_approval')
  })

  test('is the one of the key', async () => {
    const as = await app.apiKeys.create({ agency: 'studio-nord', name: 'test' })
    expect((await app.request('GET', '/v1/agency', { as })).body).toMatchObject({
      externalId: 'studio-nord',
      approval: 'none',
    })
  })

  test('has no other settings', async () => {
    const { status, body } = await app.request('PATCH', '/v1/agency', { body: { approval: 'maybe' } })
    expect([status, body.errors[0].pointer]).toEqual([400, '/approval'])
  })

  test('wraps its data keys anew, as often as is asked', async () => {
    const { status, body } = await app.request('POST', '/v1/secrets/rewrap')
    expect([status, body]).toEqual([200, { rewrapped: 0 }])
  })
})
