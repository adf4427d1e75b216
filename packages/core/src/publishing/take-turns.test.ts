import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

const MINUTE_MS = 60_000

test('late posts of an account go out in the order in which they were due, with a distance', async () => {
  const social = await createTestSocial()
  const account = await social.addAccount({ creator: 'ada' })
  await social.pause({ account: account.id })
  for (const minutes of [30, 10, 40, 20]) {
    const at = new Date(social.now().getTime() + minutes * MINUTE_MS)
    await social.posts.create({ to: [account.id], text: `after ${minutes}`, at })
  }
  await social.advance('60min')
  await social.resume({ account: account.id })
  await social.advance('1h')
  const posts = social.platform.posts()
  expect(posts.map(({ text }) => text)).toEqual(['after 10', 'after 20', 'after 30', 'after 40'])
  const { items } = await social.publications.list({ account: account.id })
  const starts = items
    .flatMap(({ parts }) => parts.flatMap(({ attempts }) => attempts.map(({ startedAt }) => startedAt.getTime())))
    .sort((a, b) => a - b)
  const distances = starts.slice(1).map((start, index) => start - (starts[index] ?? 0))
  const kept = distances.map((distance) => Math.floor(distance / account.spacingMs))
  expect(kept).toEqual([1, 1, 1])
})
