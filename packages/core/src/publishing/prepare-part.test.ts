import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { edit } from './commands.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { createMachine } from './proof/machine.ts'

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

test('an edit while bytes are on their way is prepared at once, and its words go out', async () => {
  let edited = false
  const machine = createMachine('container', {
    wrapAdapter: (adapter) => ({
      ...adapter,
      async prepare(part, context) {
        if (!edited) editTo('Last light')
        edited = true
        await context.save({}, { phase: 'uploading', percent: 50 })
        const preparation = await adapter.prepare?.(part, context)
        if (!preparation) throw new Error('the platform prepares nothing')
        return preparation
      },
    }),
  })
  const id = machine.add()
  const editTo = (text: string): void => {
    const request = { kind: 'post' as const, index: 0, text, assets: [], settings: {}, rating: 'general' as const }
    machine.store.command(
      id,
      (publication, now) =>
        edit(publication, now, 'ann', {
          revision: 2,
          revisionHash: 'hash-2',
          leadMs: publication.leadMs,
          parts: publication.parts.map((part) => ({ ...part, fingerprint: text, preparation: NO_PREPARATION })),
        }).change ?? null,
      [{ accountExternalId: 'ada', request }],
    )
  }
  const begunAt = machine.clock.now()
  const { state } = await machine.runFor(id, 30_000)
  expect([state, machine.platform.posts().map(({ text }) => text)]).toEqual(['published', ['Last light']])
  expect(machine.clock.now() - begunAt).toBeLessThan(30_000)
})
