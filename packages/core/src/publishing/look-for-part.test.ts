import { describe, expect, test } from 'vitest'
import type { LivePart } from '../platform/part-request.ts'
import { PlatformError } from '../platform/platform-error.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

const platform = 'shy'
const address = 'https://shy.example/p/1'

/** A platform that never says an address with its answer; `answers` are those of `readUrl` in turn, the last one for ever. */
async function publishOn(answers: readonly (string | undefined | Error)[], parts = ['First light']) {
  let now = (): number => 0
  const asked: { readonly at: number; readonly part: LivePart }[] = []
  const scripted = createScriptedPlatform('synchronous', { now: () => now(), platform })
  const adapter = {
    ...scripted.adapter,
    async publish(...input: Parameters<typeof scripted.adapter.publish>) {
      const { url: _, ...outcome } = { url: undefined, ...(await scripted.adapter.publish(...input)) }
      return outcome
    },
    async readUrl(part: LivePart) {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push({ at: now(), part })
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const social = await createTestSocial({ adapters: [adapter], apps: { shy: { clientId: 'shy' } } })
  now = () => social.now().getTime()
  const { id: to } = await social.accounts.add({ creator: 'ada', platform, tokens: { accessToken: 'shy-ada' } })
  const begunAt = now()
  const post = await social.posts.create({ to: [to], parts: parts.map((text) => ({ text })) })
  const id = post.publications[0]?.id ?? ''
  const read = () => social.publications.get(id)
  const told = async () =>
    (await social.publications.history(id)).filter(({ type }) => type === 'publication.part_identified')
  return {
    social,
    id,
    read,
    told,
    minutes: () => asked.map(({ at }) => Math.round((at - begunAt) / 6_000) / 10),
    asked,
  }
}

describe('the address of a part that was published without one', () => {
  test('is asked for at once, and told', async () => {
    const { social, read, told, asked } = await publishOn([address])
    await social.advance('1min')
    const publication = await read()
    expect(publication).toMatchObject({ state: 'published', parts: [{ url: address, nextLookAt: null }] })
    const { externalId } = publication.parts[0] ?? {}
    expect(asked.map(({ part }) => part)).toMatchObject([{ externalId, text: 'First light', kind: 'post' }])
    expect(await told()).toMatchObject([{ partIndex: 0, details: { externalId, url: address } }])
  })

  test('is asked for at intervals, then hourly, and stays published meanwhile', async () => {
    const down = new PlatformError({ code: 'bad_response', message: 'down' })
    const { social, read, minutes } = await publishOn([undefined, down, undefined, undefined, undefined, address])
    await social.advance('30min')
    expect(await read()).toMatchObject({ state: 'published', hold: null, parts: [{ url: null }] })
    await social.advance('3h')
    expect(await read()).toMatchObject({ state: 'published', parts: [{ url: address }] })
    expect(minutes()).toEqual([0, 0.1, 0.2, 0.3, 1, 61])
  })

  test('of a later part is asked for with its parent', async () => {
    const { social, read, asked } = await publishOn([address], ['First light', 'and more'])
    await social.advance('1min')
    const { parts } = await read()
    expect(parts).toMatchObject([{ url: address }, { url: address }])
    expect(asked.map(({ part }) => part.parent)).toEqual([
      undefined,
      { externalId: parts[0]?.externalId, url: address },
    ])
  })
})
