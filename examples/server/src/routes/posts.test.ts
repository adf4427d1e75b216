import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

let app: TestApp
let account: string
beforeAll(async () => {
  app = await startTestApp()
  account = (await app.social.addAccount({ creator: 'ada' })).id
})
afterAll(() => app.close())

const post = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  app.request('POST', '/v1/posts', { body: { to: [account], ...body }, headers })
const inAnHour = () => new Date(app.social.now().getTime() + 3_600_000).toISOString()

describe('a post', () => {
  test('is accepted, published, and read with all that explains it', async () => {
    const created = await post({ text: 'First light', key: 'order-981' })
    expect(created.status).toBe(201)
    await app.social.settle()
    const read = await app.request('GET', `/v1/posts/${created.body.id}`)
    expect(read.body.publications).toMatchObject([{ state: 'published', parts: [{ state: 'published' }] }])
    const publication = read.body.publications[0]
    expect(publication.parts[0].attempts[0]).toMatchObject({ number: 1, outcome: 'published' })
    expect(publication.publishedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const { body } = await app.request('GET', `/v1/publications/${publication.id}/history`)
    expect(body.items.map(({ type }: { type: string }) => type)).toContain('publication.published')
    expect(body.items[0].by).toBe(`key ${app.key.slice(9, 17)}`)
    expect((await app.request('GET', '/v1/posts?creator=ada')).body.items[0].id).toBe(created.body.id)
  })

  test('is one post for one key', async () => {
    const one = await post({ text: 'Once', key: 'once' })
    const again = await post({ text: 'Once', key: 'once' })
    expect(again.body.id).toBe(one.body.id)
    const other = await post({ text: 'Another', key: 'once' })
    expect([other.status, other.body.code]).toEqual([409, 'key_conflict'])
  })

  test('is refused with the list of its problems, and nothing is stored', async () => {
    const before = (await app.request('GET', '/v1/posts')).body.items.length
    const body = { to: [account], text: 'x'.repeat(100_000), at: inAnHour(), key: 'checked' }
    const checked = await app.request('POST', '/v1/posts/check', { body })
    expect(checked.status).toBe(200)
    const problem = checked.body.problems[0]
    expect(problem).toMatchObject({ code: 'too_long', path: 'text', destination: 0, platform: 'scripted' })
    const refused = await post({ text: 'x'.repeat(100_000) })
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_post'])
    expect(refused.body.errors[0]).toMatchObject({ pointer: '/text', code: 'too_long', message: problem.message })
    expect((await app.request('GET', '/v1/posts')).body.items.length).toBe(before)
  })

  test('that names what is not there is refused with all of it, each by its field', async () => {
    const body = { to: ['acc_nobody', { account: 'acc_nowhere' }, account], assets: ['asset_nothing'] }
    const missing = [
      { pointer: '/to/0', code: 'not_found', message: 'to/0: there is no account acc_nobody.' },
      { pointer: '/to/1/account', code: 'not_found' },
      { pointer: '/assets/0', code: 'not_found' },
    ]
    for (const path of ['/v1/posts', '/v1/posts/check']) {
      const refused = await app.request('POST', path, { body })
      expect([refused.status, refused.body.code, refused.body.errors]).toMatchObject([404, 'not_found', missing])
    }
  })

  test('waits for its time, moves, and is canceled', async () => {
    const { body } = await post({ text: 'Later', at: inAnHour() })
    const moved = await app.request('POST', `/v1/posts/${body.id}/reschedule`, {
      body: { at: '2099-12-24T18:00[Europe/Paris]' },
    })
    expect(moved.body).toMatchObject({ at: '2099-12-24T17:00:00.000Z', schedule: { timeZone: 'Europe/Paris' } })
    const edited = await app.request('PATCH', `/v1/posts/${body.id}`, { body: { text: 'Later, edited' } })
    expect(edited.body).toMatchObject({
      revision: 2,
      warnings: [],
      publications: [{ parts: [{ text: 'Later, edited' }] }],
    })
    const canceled = await app.request('POST', `/v1/posts/${body.id}/cancel`)
    expect(canceled.body.results).toMatchObject([{ result: 'canceled' }])
    const late = await app.request('PATCH', `/v1/posts/${body.id}`, { body: { text: 'No more' } })
    expect(late.status).toBe(409)
  })

  test('goes out only in the revision that was approved', async () => {
    const { body } = await post({ text: 'Asks first', approval: 'required', draft: true })
    expect(body.publications[0].state).toBe('draft')
    const submitted = await app.request('POST', `/v1/posts/${body.id}/submit`)
    expect(submitted.body.publications[0].state).toBe('awaiting_approval')
    const stale = await app.request('POST', `/v1/posts/${body.id}/approve`, { body: { revisionHash: 'of another' } })
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_revision'])
    const approved = await app.request('POST', `/v1/posts/${body.id}/approve`, {
      body: { revisionHash: body.revisionHash, by: 'mia' },
    })
    expect(approved.body).toMatchObject({ approvedRevision: 1, publications: [{ state: 'scheduled' }] })
    const back = await app.request('POST', `/v1/posts/${body.id}/withdraw-approval`)
    expect(back.body.publications[0].state).toBe('awaiting_approval')
  })

  test('that is live cannot be edited, and offers to be removed', async () => {
    const { body } = await post({ text: 'Live' })
    await app.social.settle()
    const late = await app.request('PATCH', `/v1/posts/${body.id}`, { body: { text: 'Other' } })
    expect([late.status, late.body.code, late.body.offers]).toEqual([409, 'too_late', ['remove']])
  })
})

describe('Idempotency-Key', () => {
  test('makes one post of many equal requests, at once and later', async () => {
    const key = { 'idempotency-key': '"2c1f-parallel"' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ text: 'Many at once' }, key)))
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1)
    for (const { status, body, headers } of answers.filter(({ status }) => status !== 201)) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'idempotency_in_flight', '1'])
    }
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id))
    expect(ids.size).toBe(1)
    const later = await post({ text: 'Many at once' }, { 'idempotency-key': '2c1f-parallel' })
    expect([later.status, later.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(ids).toContain(later.body.id)
    await app.social.settle()
    expect(app.social.platform.posts().filter(({ text }) => text === 'Many at once')).toHaveLength(1)
  })

  test('refuses another request under the same key', async () => {
    const key = { 'idempotency-key': 'mismatch' }
    await post({ text: 'One' }, key)
    const other = await post({ text: 'Two' }, key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
  })

  test('is free again after bad input', async () => {
    const key = { 'idempotency-key': 'corrected' }
    expect((await post({ text: 'x'.repeat(100_000) }, key)).status).toBe(422)
    expect((await post({ txt: 'A mistake' }, key)).status).toBe(400)
    expect((await post({ text: 'Known', to: ['acc_nobody'] }, key)).status).toBe(404)
    expect((await post({ text: 'Known' }, key)).status).toBe(201)
    expect((await post({ text: 'Changed' }, key)).body.code).toBe('idempotency_mismatch')
  })

  test('belongs to the caller: another one may use the same', async () => {
    const mine = await app.request('POST', '/v1/creators', {
      body: { name: 'Mine' },
      headers: { 'idempotency-key': 'shared' },
    })
    const as = await app.apiKeys.create({ agency: 'studio-nord', name: 'test' })
    const theirs = await app.request('POST', '/v1/creators', {
      body: { name: 'Theirs' },
      headers: { 'idempotency-key': 'shared' },
      as,
    })
    expect([mine.status, theirs.status]).toEqual([201, 201])
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  test('has a form', async () => {
    const answer = await post({ text: 'One' }, { 'idempotency-key': 'a b' })
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_idempotency_key'])
  })
})
