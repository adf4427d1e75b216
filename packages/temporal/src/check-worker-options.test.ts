import type { Social } from '@ofm-social/core'
import type { Client } from '@temporalio/client'
import type { NativeConnection } from '@temporalio/worker'
import { expect, test } from 'vitest'
import { startTelling } from './client.ts'
import { type RunWorkersOptions, runWorkers } from './run-workers.ts'
import { createTendingActivities } from './tending-activities.ts'

/** Fails when it is used: what is refused is refused before that. */
const unused = <Unused extends object>(): Unused =>
  new Proxy({} as Unused, {
    get(_, name) {
      throw new Error(`${String(name)} was used`)
    },
  })
const platforms = [
  { platform: 'x', publishTimeoutMs: 1_000 },
  { platform: 'instagram', publishTimeoutMs: 1_000 },
]
const social = { engine: { platforms } as unknown as Social['engine'] }

const problemsOf = async (options: Partial<RunWorkersOptions>): Promise<string> => {
  const started = runWorkers({ social, connection: unused<NativeConnection>(), ...options })
  const { name, message } = (await started.catch((error: unknown) => error)) as Error
  return `${name}: ${message}`
}

test('numbers with which nothing would be published are refused, all at once', async () => {
  const wrong = {
    concurrency: { perPlatform: 0, media: 1.5, workflows: Number.NaN },
    startsPerSecond: { x: 0, instagram: Number.POSITIVE_INFINITY },
    heartbeatTimeoutMs: 0,
    queuePrefix: '',
    platforms: ['x', 'instagram', 'x'],
  }
  expect((await problemsOf(wrong)).split('; ')).toEqual([
    "TypeError: runWorkers: platforms: 'x' is named twice",
    'concurrency.perPlatform: 0 is no whole number of at least 1',
    'concurrency.media: 1.5 is no whole number of at least 1',
    'concurrency.workflows: NaN is no whole number of at least 1',
    'startsPerSecond.x: 0 is no number above 0',
    'startsPerSecond.instagram: Infinity is no number above 0',
    'heartbeatTimeoutMs: 0 is no whole number of at least 1,000',
    'queuePrefix: empty, at least one character',
  ])
})

test.each([
  [
    { concurrency: { perPlatform: { x: -3, y: 2 } } },
    [
      "concurrency.perPlatform: 'y' is none of x, instagram",
      'concurrency.perPlatform.x: -3 is no whole number of at least 1',
    ],
  ],
  [{ startsPerSecond: { x: -1 } }, ['startsPerSecond.x: -1 is no number above 0']],
  [{ heartbeatTimeoutMs: 999 }, ['heartbeatTimeoutMs: 999 is no whole number of at least 1,000']],
  [{ platforms: [] }, ['platforms: empty, at least one of x, instagram']],
])('%j is refused', async (options, problems) => {
  expect(await problemsOf(options)).toBe(`TypeError: runWorkers: ${problems.join('; ')}`)
})

test('what is told and tended by hand has the same limits', () => {
  const wrong = { client: unused<Client>(), heartbeatTimeoutMs: 100, queuePrefix: '' }
  const problems =
    'heartbeatTimeoutMs: 100 is no whole number of at least 1,000; queuePrefix: empty, at least one character'
  expect(() => startTelling({ social, ...wrong })).toThrow(`startTelling: ${problems}`)
  expect(() => createTendingActivities(social, wrong)).toThrow(`createTendingActivities: ${problems}`)
})
