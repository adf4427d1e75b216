import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHttpPlatform } from '../http-platform.test-support.ts'
import { createTestSocial } from '../testing/create-test-social.ts'

let platform: Awaited<ReturnType<typeof startHttpPlatform>>
let answersPosts: 'hang_up' | { status: number; body: unknown }

beforeAll(async () => {
  platform = await startHttpPlatform(({ method, path }) => {
    if (path === '/me') return { status: 200, body: { id: 'ada' } }
    return method === 'POST' ? answersPosts : { status: 200, body: { ids: [] } }
  })
})
afterAll(() => platform.close())

async function publish() {
  const social = await createTestSocial({ adapters: [platform.adapter], apps: { wire: { clientId: 'wire' } } })
  const to = await social.accounts.add({ creator: 'ada', platform: 'wire', tokens: { accessToken: 'wire-ada' } })
  const { publications } = await social.posts.create({ to: [to.id], text: 'First light' })
  await social.settle()
  return social.publications.get(publications[0]?.id ?? '')
}

test('a connection that broke reads as what happened, what is done about it, and the network’s own code', async () => {
  answersPosts = 'hang_up'
  const { state, parts } = await publish()
  expect(state).toBe('publishing')
  expect(parts).toMatchObject([
    {
      state: 'unknown',
      reason: {
        code: 'outcome_unknown',
        message: expect.stringMatching(
          /POST \/posts was sent .* It is being looked for before anything is repeated\.$/,
        ),
      },
      nextLookAt: expect.any(Date),
      attempts: [
        {
          number: 1,
          request: 'POST /posts',
          outcome: 'unknown',
          error: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
        },
      ],
    },
  ])
})

test('an answer that leaves it open keeps its status', async () => {
  answersPosts = { status: 503, body: { error: 'down' } }
  const { parts } = await publish()
  expect(parts[0]?.attempts).toMatchObject([{ outcome: 'unknown', error: 'HTTP 503' }])
})

test('a refusal keeps the status as well, and the platform’s sentence in its reason', async () => {
  answersPosts = { status: 400, body: { error: 'too spicy' } }
  const { state, parts } = await publish()
  expect(state).toBe('refused')
  expect(parts).toMatchObject([
    {
      reason: { message: expect.stringContaining('too spicy') },
      attempts: [{ outcome: 'refused', error: 'HTTP 400' }],
    },
  ])
})
