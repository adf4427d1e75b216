import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

/** A platform of which one call at a time can be made to hang until it is told to stop. */
async function createHangingSocial(shape: 'container' | 'synchronous') {
  let now = (): number => 0
  let tellHanging: (() => void) | undefined
  const hangOnce = async (signal: AbortSignal): Promise<void> => {
    const tell = tellHanging
    tellHanging = undefined
    if (!tell) return
    tell()
    await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  }
  const platform = createScriptedPlatform(shape, { now: () => now(), platform: 'hanging' })
  const { prepare, findPublished, readBaseline, remove, ...adapter } = platform.adapter
  const social = await createTestSocial({
    adapters: [
      {
        ...adapter,
        lookAfterMs: [0, 5_000],
        ...(prepare && {
          async prepare(part, context) {
            await hangOnce(context.signal)
            return prepare(part, context)
          },
        }),
        async readBaseline(part, context) {
          await hangOnce(context.signal)
          return readBaseline?.(part, context)
        },
        async remove(externalId, context) {
          await hangOnce(context.signal)
          return remove?.(externalId, context)
        },
        ...(findPublished && {
          async findPublished(attempt, context) {
            await hangOnce(context.signal)
            return findPublished(attempt, context)
          },
        }),
      } as typeof platform.adapter,
    ],
    apps: { hanging: { clientId: 'hanging' } },
  })
  now = () => social.now().getTime()
  const account = await social.accounts.add({ creator: 'ada', platform: 'hanging', tokens: { accessToken: 'hanging' } })
  const post = await social.posts.create({ to: [account.id], text: 'Deployed often' })
  const id = post.publications[0]?.id
  if (!id) throw new Error('no publication')
  /** Takes a step, and stops as a process that is told to end does while the platform is asked. */
  const stopWithin = async () => {
    const hanging = new Promise<void>((resolve) => {
      tellHanging = resolve
    })
    const stopping = new AbortController()
    const advanced = social.engine.advance(id, { signal: stopping.signal })
    await hanging
    stopping.abort(new Error('the process ends'))
    return advanced
  }
  return { social, platform, id, stopWithin }
}

test('a process that stops during an upload is no failure of the adapter, however often', async () => {
  const { social, platform, id, stopWithin } = await createHangingSocial('container')
  for (let deploys = 0; deploys < 6; deploys += 1) expect(await stopWithin()).toEqual({ waitMs: 0 })
  expect(await social.publications.get(id)).toMatchObject({ hold: null, reason: null, parts: [{ reason: null }] })
  await social.settle()
  expect(platform.posts()).toHaveLength(1)
})

test('nor is it one during a look', async () => {
  const { social, platform, id, stopWithin } = await createHangingSocial('synchronous')
  platform.fail('publish', { kind: 'accept_then_lose' })
  await social.engine.advance(id)
  for (let deploys = 0; deploys < 6; deploys += 1) expect(await stopWithin()).toEqual({ waitMs: 0 })
  const publication = await social.publications.get(id)
  expect(publication).toMatchObject({ hold: null, parts: [{ state: 'unknown', evidence: [] }] })
  await social.settle()
  expect(await social.publications.get(id)).toMatchObject({ state: 'published' })
  expect(platform.posts()).toHaveLength(1)
})

test('nor while it gets ready for a write: nothing is begun, and the next process sends once', async () => {
  const { social, platform, id, stopWithin } = await createHangingSocial('synchronous')
  for (let deploys = 0; deploys < 6; deploys += 1) expect(await stopWithin()).toEqual({ waitMs: 0 })
  const publication = await social.publications.get(id)
  expect(publication).toMatchObject({ state: 'scheduled', hold: null, parts: [{ reason: null, attempts: [] }] })
  await social.settle()
  expect(await social.publications.get(id)).toMatchObject({ parts: [{ attempts: [{ number: 1 }] }] })
  expect(platform.posts()).toHaveLength(1)
})

test('nor while it takes a post off the platform: the next process goes on with it', async () => {
  const { social, platform, id, stopWithin } = await createHangingSocial('synchronous')
  await social.settle()
  await social.publications.remove(id, { by: 'mia' })
  for (let deploys = 0; deploys < 6; deploys += 1) expect(await stopWithin()).toEqual({ waitMs: 0 })
  expect(await social.publications.get(id)).toMatchObject({ state: 'published', hold: null, parts: [{ reason: null }] })
  await social.settle()
  expect(await social.publications.get(id)).toMatchObject({ state: 'removed', removedBy: 'us' })
  expect(platform.posts().filter(({ removedAt }) => removedAt === null)).toEqual([])
})
