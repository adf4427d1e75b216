import { expect, test } from 'vitest'
import type { CallContext } from '../platform/call-context.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { type CollectMetricsDependencies, createCollectMetrics } from './collect-metrics.ts'

const HOUR_MS = 3_600_000

/** Whose counters are due. */
const due = { agencyId: 'a', accountId: 'b', creatorId: 'c', platform: 'one' }
const part = { id: 'p', publicationId: 'q', partIndex: 0, publishedAt: 0, measuredMs: 0, failures: 2, goneSince: null }
const live = { publicationId: 'q', partIndex: 0, part: { externalId: 'x' } }

function createRig(platforms: readonly string[], overrides: object, members: Partial<PlatformAdapter> = {}) {
  let time = 0
  const adapters = platforms.map((platform): [string, PlatformAdapter] => [
    platform,
    {
      ...createScriptedPlatform('synchronous', { now: () => time, platform }).adapter,
      readMetrics: async (parts) => parts.map(({ externalId }) => ({ externalId, gone: true as const })),
      readAccountMetrics: async () => ({ posts: 1 }),
      ...members,
    },
  ])
  return createCollectMetrics({
    adapters: new Map(adapters),
    enabled: Object.fromEntries(platforms.map((platform) => [platform, true])),
    access: { appFor: async () => null, accessToken: async () => null },
    monotonic: () => time++,
    startTimeout: () => new AbortController().signal,
    log: () => undefined,
    ...overrides,
  } as unknown as CollectMetricsDependencies)
}

test('no platform keeps another from being read, however much it has to read', async () => {
  const asked: string[] = []
  const store = {
    takeDue: async (platform: string) => {
      asked.push(platform)
      return { kind: 'account', ...due, platform, now: 0, failures: 0 }
    },
    readWindows: async () => [],
    saveAccount: async () => undefined,
    nextDueInMs: async () => null,
  }
  const collect = createRig(['one', 'two', 'three'], { store })
  await collect({ maxMs: 20 })
  expect(new Set(asked)).toEqual(new Set(['one', 'two', 'three']))
  asked.length = 0
  for (const _turn of [1, 2, 3]) await collect({ maxMs: 1 })
  expect(new Set(asked)).toEqual(new Set(['one', 'two', 'three']))
})

test('a post that is gone is asked about again when that could not be stored', async () => {
  const saved: unknown[] = []
  const batches = [{ kind: 'parts', ...due, now: 2 * HOUR_MS, parts: [{ ...part, goneSince: HOUR_MS }] }]
  const store = {
    takeDue: async () => batches.shift() ?? null,
    readWindows: async () => [],
    readLive: async () => [live],
    saveParts: async (_agencyId: string, measured: unknown) => void saved.push(measured),
    nextDueInMs: async () => null,
  }
  const change = async () => {
    throw new Error('the database is away')
  }
  const collect = createRig(['one'], { store, publishing: { change } })
  await expect(collect({ maxMs: 100 })).rejects.toThrow('away')
  expect(saved).toEqual([])
})

test.each(['parts', 'account'])(
  'a stop reaches the read of %s, which counts as no failure and is due again at once',
  async (kind) => {
    const stopping = new AbortController()
    const saved: unknown[] = []
    const asked: string[] = []
    const store = {
      takeDue: async (platform: string) => {
        asked.push(platform)
        return kind === 'parts'
          ? { kind, ...due, now: HOUR_MS, parts: [part] }
          : { kind, ...due, now: HOUR_MS, failures: 2 }
      },
      readWindows: async () => [],
      readOwner: async () => undefined,
      readLive: async () => [live],
      saveParts: async (_: unknown, measured: readonly object[]) => void saved.push(...measured),
      saveAccount: async (_: unknown, result: object) => void saved.push(result),
    }
    const waits = ({ signal }: CallContext): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        stopping.abort(new Error('the worker stops'))
      })
    const adapter = { readMetrics: (_: unknown, context: CallContext) => waits(context), readAccountMetrics: waits }
    const collect = createRig(['one'], { store }, adapter)
    expect(await collect({ maxMs: 1_000, signal: stopping.signal })).toEqual({ read: 1, nextDueInMs: 0 })
    expect(saved).toEqual([
      kind === 'parts'
        ? { part, sample: null, next: { dueAt: HOUR_MS, measuredMs: 0 }, failures: 2, goneSince: null }
        : { counters: null, dueAt: HOUR_MS, failures: 2 },
    ])
    expect(asked).toEqual(['one'])
  },
)

test('nothing is begun when it is stopped already', async () => {
  const collect = createRig(['one'], { store: {} })
  expect(await collect({ maxMs: 1_000, signal: AbortSignal.abort() })).toEqual({ read: 0, nextDueInMs: 0 })
})

test.each(['parts', 'account'])(
  'what an adapter throws at a read of %s is logged by its class alone: it may hold a token',
  async (kind) => {
    const batches = [
      kind === 'parts' ? { kind, ...due, now: HOUR_MS, parts: [part] } : { kind, ...due, now: HOUR_MS, failures: 0 },
    ]
    const store = {
      takeDue: async () => batches.shift() ?? null,
      readWindows: async () => [],
      readOwner: async () => undefined,
      readLive: async () => [live],
      saveParts: async () => undefined,
      saveAccount: async () => undefined,
      nextDueInMs: async () => null,
    }
    const fail = async (): Promise<never> => {
      throw new TypeError('no such host: https://api.one.test/?access_token=CANARY')
    }
    const logged: unknown[] = []
    const log = (entry: unknown) => void logged.push(entry)
    await createRig(['one'], { store, log }, { readMetrics: fail, readAccountMetrics: fail })({ maxMs: 100 })
    expect(logged).toEqual([
      {
        level: 'warn',
        message: 'metrics could not be read; they are asked for again',
        platform: 'one',
        accountId: 'b',
        error: 'TypeError',
      },
    ])
  },
)
