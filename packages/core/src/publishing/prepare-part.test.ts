import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

test('uploads that end before a write could are no uploads: prepared with pauses, and the reason is said', async () => {
  let prepared = 0
  let now = (): number => 0
  const platform = createScriptedPlatform('container', { now: () => now(), platform: 'hasty' })
  const social = await createTestSocial({
    adapters: [
      {
        ...platform.adapter,
        async prepare() {
          prepared += 1
          return { status: 'prepared', uploads: {}, expiresAt: now() + 40_000 }
        },
      },
    ],
    apps: { hasty: { clientId: 'hasty' } },
  })
  now = () => social.now().getTime()
  const account = await social.accounts.add({
    creator: 'ada',
    platform: 'hasty',
    tokens: { accessToken: 'hasty-ada' },
  })
  const post = await social.posts.create({ to: [account.id], text: 'Too short' })
  await social.advance('10min')
  const publication = await social.publications.get(post.publications[0]?.id ?? '')
  expect(publication.hold).toMatchObject({
    reason: 'adapter_failing',
    message: expect.stringMatching(/uploads.*40 s.*60 s/),
  })
  expect(prepared).toBeLessThan(12)
  await social.advance('6h')
  expect(await social.publications.get(publication.id)).toMatchObject({
    state: 'missed',
    reason: { message: expect.stringContaining('40 s') },
  })
  expect(platform.posts()).toEqual([])
})
