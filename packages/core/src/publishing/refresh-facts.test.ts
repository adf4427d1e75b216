import { expect, test } from 'vitest'
import type { PostProblem } from '../platform/post-problem.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

/** A platform whose limit is a fact that is good for a minute. */
async function createStrictSocial(say?: (problem: PostProblem) => string) {
  let now = (): number => 0
  let textLengthMax = 10
  const platform = createScriptedPlatform('synchronous', { now: () => now(), platform: 'strict' })
  const social = await createTestSocial({
    adapters: [
      {
        ...platform.adapter,
        displayName: 'Strict',
        readFacts: async () => ({ expiresAt: now() + 60_000, textLengthMax }),
        checkPart: ({ text }, facts) => {
          const limit = Number(facts?.textLengthMax ?? 10)
          if (text.length <= limit) return []
          const problem = { code: 'too_long', path: 'text', limit, actual: text.length }
          return [say ? { ...problem, message: say(problem) } : problem]
        },
      },
    ],
    apps: { strict: { clientId: 'strict' } },
  })
  now = () => social.now().getTime()
  const account = await social.accounts.add({ creator: 'ada', platform: 'strict', tokens: { accessToken: 'strict' } })
  const allow = (length: number): void => {
    textLengthMax = length
  }
  return { social, platform, account, allow }
}

test('every part is checked against facts that were read again, before the first goes out', async () => {
  const { social, platform, account, allow } = await createStrictSocial()
  const post = await social.posts.create({
    to: [account.id],
    parts: [{ text: 'a' }, { text: 'hello' }, { text: 'b' }],
    at: new Date(social.now().getTime() + 3_600_000),
  })
  allow(1)
  await social.advance('2h')
  expect(platform.posts()).toEqual([])
  const publication = await social.publications.get(post.publications[0]?.id ?? '')
  expect(publication).toMatchObject({
    state: 'refused',
    reason: {
      code: 'invalid_post',
      message: 'Strict would refuse it now: Parts/1/text has 5; Strict allows 1.',
    },
  })
  expect(publication.parts.map(({ state }) => state)).toEqual(['waiting', 'refused', 'waiting'])
  expect(publication.parts.flatMap(({ attempts }) => attempts)).toEqual([])

  allow(10)
  await social.publications.retry(publication.id)
  await social.settle()
  expect(platform.posts().map(({ text }) => text)).toEqual(['a', 'hello', 'b'])
})

test('the list names every problem, in the words of the adapter where it has some', async () => {
  const { social, account, allow } = await createStrictSocial(({ limit }) => `Only ${limit}.`)
  const post = await social.posts.create({
    to: [account.id],
    parts: [{ text: 'hello' }, { text: 'a' }],
    comment: 'world',
    at: new Date(social.now().getTime() + 3_600_000),
  })
  allow(1)
  await social.advance('2h')
  expect(await social.publications.get(post.publications[0]?.id ?? '')).toMatchObject({
    state: 'refused',
    reason: { message: 'Strict would refuse it now: parts/0/text: Only 1. comment: Only 1.' },
  })
})
