import { expect, test } from 'vitest'
import { PlatformError } from '../platform/platform-error.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

const MINUTE_MS = 60_000
const waits = { retryAfterMs: 15 * MINUTE_MS, longerWaitsMs: [60 * MINUTE_MS, 240 * MINUTE_MS] }

/** The account's limit is met so many times in a row. Minutes at which the platform was asked for the first post. */
async function publishAgainst(times: number) {
  let now = (): number => 0
  const platform = 'busy'
  const scripted = createScriptedPlatform('synchronous', { now: () => now(), platform })
  const askedAt: number[] = []
  const adapter: typeof scripted.adapter = {
    ...scripted.adapter,
    async publish(part, context) {
      askedAt.push(now())
      if (askedAt.length <= times)
        throw new PlatformError({ code: 'rate_limited', message: 'Too many calls.', ...waits })
      return scripted.adapter.publish(part, context)
    },
  }
  const social = await createTestSocial({ adapters: [adapter], apps: { [platform]: { clientId: platform } } })
  now = () => social.now().getTime()
  const account = await social.accounts.add({ creator: 'ada', platform, tokens: { accessToken: 'busy-ada' } })
  const publish = async (text: string) => {
    const { publications } = await social.posts.create({ to: [account.id], text })
    await social.settle()
    return publications[0]?.id ?? ''
  }
  const begunAt = now()
  return { social, publish, minutes: () => askedAt.map((at) => Math.round((at - begunAt) / MINUTE_MS)) }
}

test('a limit that is met again as soon as its hold is over holds longer, whichever post meets it', async () => {
  const { social, publish, minutes } = await publishAgainst(3)
  const id = await publish('First light')
  expect((await social.publications.get(id)).hold).toMatchObject({ reason: 'rate_limited', scope: 'account' })
  await social.advance('16min')
  const hold = (await social.publications.get(id)).hold
  expect(hold?.until?.getTime()).toBe(social.now().getTime() + 59 * MINUTE_MS)
  await social.advance('6h')
  expect(minutes()).toEqual([0, 15, 75, 315])
  expect((await social.publications.get(id)).state).toBe('published')
})
