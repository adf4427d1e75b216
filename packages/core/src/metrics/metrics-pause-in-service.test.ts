import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

const minuteMs = 60_000

async function publishOne() {
  const logged: string[] = []
  const social = await createTestSocial({ metrics: true, log: ({ message }) => void logged.push(message) })
  const account = await social.addAccount({ creator: 'ada' })
  const post = await social.posts.create({ to: [account.id], text: 'First light' })
  await social.settle()
  const id = post.publications[0]?.id ?? ''
  const [part] = (await social.publications.get(id)).parts
  social.platform.setCounters(part?.externalId ?? '', { views: 3 })
  const ages = async () => (await social.metrics.samples(id)).map(({ ageMs }) => ageMs / minuteMs)
  const reads = () => social.platform.calls.filter(({ call }) => call === 'readMetrics').length
  return { social, account, ages, reads, logged }
}

test('counters wait for the reset of an allowance that is nearly used up, and publishing goes on', async () => {
  const { social, account, ages, reads, logged } = await publishOne()
  const resetAt = social.now().getTime() + 40 * minuteMs
  const usage = { name: 'calls', scope: 'account' as const, limit: 100, resetAt }
  social.platform.setRateWindows([{ ...usage, remaining: 4 }])
  const second = await social.posts.create({ to: [account.id], text: 'Second light' })
  await social.settle()
  const before = reads()
  await social.advance('30min')
  expect((await social.publications.get(second.publications[0]?.id ?? '')).state).toBe('published')
  expect([reads(), await ages()]).toEqual([before, []])
  expect(logged).toContainEqual(expect.stringContaining('metrics wait until'))
  social.platform.setRateWindows([{ ...usage, remaining: 90, resetAt: resetAt + 60 * minuteMs }])
  // The quarter of an hour was not read in time: a gap.
  await social.advance('31min')
  expect(await ages()).toEqual([60])
})

test('from four fifths on, counters keep a minute from the last answer', async () => {
  const { social, account, ages, reads } = await publishOne()
  const resetAt = social.now().getTime() + 60 * minuteMs
  social.platform.setRateWindows([{ name: 'calls', scope: 'app', limit: 100, remaining: 15, resetAt }])
  await social.advance(14.5 * minuteMs)
  const post = await social.posts.create({ to: [account.id], text: 'Second light' })
  await social.settle()
  const before = reads()
  await social.advance(0.9 * minuteMs)
  expect([post.publications.length, reads(), await ages()]).toEqual([1, before, []])
  await social.advance(0.1 * minuteMs)
  expect(await ages()).toEqual([15])
})
