import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

const control = (method: string, path: string, body?: object) =>
  x.send(method, `/_emulator/${path}`, { token: null, ...(body ? { body: JSON.stringify(body) } : {}) })

describe('what people do in the app of X', () => {
  test('an author removes a post, with all its versions', async () => {
    x = await startX()
    const token = x.bea.accessToken
    const first = (await x.tweet('v0', {}, token)).json.data.id
    const second = (await x.tweet('v1', { edit_options: { previous_post_id: first } }, token)).json.data.id
    const charges = x.emulator.credentials().app.charges
    expect((await control('DELETE', `posts/${first}`)).status).toBe(200)
    const removedAt = expect.any(String)
    expect(x.emulator.posts()).toMatchObject([
      { id: first, removedAt },
      { id: second, removedAt },
    ])
    expect((await x.get(`/2/tweets/${second}`, token)).json.errors).toHaveLength(1)
    expect((await control('DELETE', `posts/${first}`)).json.problems).toHaveLength(1)
    expect(x.emulator.credentials().app.charges).toEqual(charges)
  })

  test('people vote in a poll', async () => {
    x = await startX()
    const { id } = (await x.tweet('Which?', { poll: { options: ['Red', 'Blue'], duration_minutes: 5 } })).json.data
    expect((await control('POST', `posts/${id}/votes`, { votes: [3, 4] })).status).toBe(200)
    const read = await x.get(`/2/tweets/${id}?expansions=attachments.poll_ids`)
    expect(read.json.includes.polls[0].options.map(({ votes }: { votes: number }) => votes)).toEqual([3, 4])
    expect(await (await fetch(`${x.emulator.url}/ada_demo`)).text()).toContain('<li>Blue (4)</li>')
    for (const votes of [[1], [1, -1], 'many']) {
      expect((await control('POST', `posts/${id}/votes`, { votes })).json.problems).toEqual([
        { path: 'votes', problem: 'must be 2 whole numbers from 0 on, one for each option' },
      ])
    }
    const plain = (await x.tweet('No poll')).json.data.id
    expect((await control('POST', `posts/${plain}/votes`, { votes: [1, 2] })).status).toBe(404)
  })

  test('a user takes the permission of the app away', async () => {
    x = await startX()
    expect((await control('DELETE', 'accounts/ada_demo/permission')).status).toBe(200)
    expect((await x.get('/2/users/me')).status).toBe(401)
    expect((await x.get('/2/users/me', x.bea.accessToken)).status).toBe(200)
    expect((await control('DELETE', 'accounts/nobody/permission')).status).toBe(404)
  })
})

test('switches are set from outside, all or none, until the reset', async () => {
  x = await startX({ overLength: 'code_186' })
  expect((await control('POST', 'switches', { plan: 'enterprise', planRefusal: 'forbidden' })).json).toMatchObject({
    plan: 'enterprise',
    overLength: 'code_186',
  })
  const { id } = (await x.tweet('One')).json.data
  expect((await x.tweet('Two', { quote_tweet_id: id })).status).toBe(201)
  const refused = await control('POST', 'switches', { plan: 'free', plans: 1 })
  expect([refused.status, refused.json.problems[0].problem]).toEqual([400, 'The emulator of X has no switch plans.'])
  expect((await control('GET', 'switches')).json.plan).toBe('enterprise')
  x.emulator.reset()
  expect((await control('GET', 'switches')).json).toMatchObject({ plan: 'payg', overLength: 'code_186' })
})

test('a balance is filled up from outside', async () => {
  x = await startX({ balanceMicroUsd: 0 })
  expect((await x.get('/2/users/me')).status).toBe(402)
  await control('POST', 'switches', { balanceMicroUsd: 5_000_000 })
  expect((await x.get('/2/users/me')).status).toBe(200)
})
