import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

const platform = 'strict'

test('an account that is blocked right after a post keeps the post, and sends nothing else until the block ends', async () => {
  let now = (): number => 0
  const scripted = createScriptedPlatform('synchronous', { now: () => now(), platform })
  const begun: number[] = []
  const adapter = {
    ...scripted.adapter,
    async publish(...input: Parameters<typeof scripted.adapter.publish>) {
      begun.push(now())
      const outcome = await scripted.adapter.publish(...input)
      const until = now() + 120_000
      if (outcome.status !== 'published' || begun.length > 1) return outcome
      return { ...outcome, block: { scope: 'account' as const, until, message: 'Blocked as spam.' } }
    },
  }
  const social = await createTestSocial({ adapters: [adapter], apps: { strict: { clientId: 'strict' } } })
  now = () => social.now().getTime()
  const { id: to } = await social.accounts.add({ creator: 'ada', platform, tokens: { accessToken: 'strict-ada' } })
  const publish = async (text: string) => (await social.posts.create({ to: [to], text })).publications[0]?.id ?? ''
  const first = await publish('First light')
  await social.advance('10s')
  expect(await social.publications.get(first)).toMatchObject({ state: 'published', hold: null })
  const second = await publish('More light')
  await social.advance('30s')
  const hold = { reason: 'account_blocked', scope: 'account', message: 'Blocked as spam.' }
  expect(await social.publications.get(second)).toMatchObject({ state: 'scheduled', hold })
  await social.advance('2min')
  expect(await social.publications.get(second)).toMatchObject({ state: 'published' })
  expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(120_000)
})
