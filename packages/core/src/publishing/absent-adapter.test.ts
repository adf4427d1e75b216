import { describe, expect, test } from 'vitest'
import { createMemoryPublishingStore } from '../testing/memory-publishing-store.ts'
import { createAdvance } from './advance.ts'
import {
  doubtful,
  HOUR_MS,
  inFlight,
  livePart,
  NOW,
  publishing,
  samplePublication,
  secondPart,
} from './proof/sample-records.ts'

/** A process in which the adapter of the publication is not installed. */
function createProcess(publication = samplePublication()) {
  let now = NOW
  const store = createMemoryPublishingStore(() => now)
  store.add(publication, [])
  const refuse = () => Promise.reject(new Error('nothing may be asked'))
  const advance = createAdvance({
    store,
    adapters: new Map(),
    access: { appFor: refuse, accessToken: refuse },
    assets: { open: refuse, publicUrl: refuse },
    createAttemptId: () => {
      throw new Error('nothing may begin')
    },
    monotonic: () => now,
    after: () => () => undefined,
    owner: 'test',
    log: () => undefined,
  })
  return {
    read: () => store.read(publication.id),
    told: () => store.events.map(({ type }) => type),
    /** Comes again whenever it is asked to, until then. */
    async runUntil(end: number) {
      for (;;) {
        const answer = await advance(publication.id)
        if (answer.done || answer.waitMs === null || now + answer.waitMs > end) return answer
        now += Math.max(1, answer.waitMs)
      }
    },
  }
}

describe('a publication whose adapter is not installed', () => {
  test('is held, and says so', async () => {
    const { runUntil, read, told } = createProcess()
    expect(await runUntil(NOW)).toEqual({ waitMs: 60_000 })
    expect(read()).toMatchObject({
      state: 'scheduled',
      hold: { reason: 'misconfigured', message: 'No adapter for scripted is installed in this process.' },
    })
    expect(told()).toEqual(['publication.held'])
  })

  test('is missed at latestBy, to the second, with why', async () => {
    const latestBy = NOW + 90_000
    const { runUntil, read, told } = createProcess(samplePublication({ latestBy }))
    await runUntil(latestBy - 1)
    expect(read().state).toBe('scheduled')
    expect(await runUntil(latestBy)).toEqual({ done: true })
    expect(read()).toMatchObject({
      state: 'missed',
      hold: null,
      reason: { code: 'missed', message: expect.stringContaining('No adapter for scripted') },
    })
    expect(told()).toContain('publication.missed')
  })

  test('ends as canceled where that was asked and nothing is out', async () => {
    const { runUntil, read } = createProcess(publishing({}, { cancelRequestedAt: NOW }))
    expect(await runUntil(NOW)).toEqual({ done: true })
    expect(read().state).toBe('canceled')
  })

  test.each([
    ['a write of it may be live', doubtful()],
    ['a write of it is out', publishing({ state: 'publishing', attempts: [inFlight({ leaseUntil: NOW })] })],
    ['a part of it is live', samplePublication({ state: 'publishing', parts: [livePart(), secondPart()] })],
  ])('is not ended while %s', async (_, publication) => {
    const { runUntil, read, told } = createProcess({ ...publication, latestBy: NOW + 90_000 })
    await runUntil(NOW + HOUR_MS)
    expect(read()).toMatchObject({ state: 'publishing', parts: publication.parts, hold: { reason: 'misconfigured' } })
    expect(told()).toEqual(['publication.held'])
  })

  test('stays where it is once it has ended', async () => {
    const ended = samplePublication({ state: 'published', parts: [livePart({ url: 'https://example.com/1' })] })
    const { runUntil, read } = createProcess(ended)
    await runUntil(NOW + HOUR_MS)
    expect(read()).toMatchObject({ state: 'published', hold: null })
  })
})
