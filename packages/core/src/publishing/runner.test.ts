import { describe, expect, test } from 'vitest'
import { createHandClock } from '../engine/hand-clock.test-support.ts'
import type { AccountId, AgencyId, PublicationId } from '../model/ids.ts'
import type { Advanced, AdvanceOptions } from './advance.ts'
import { createRunner } from './runner.ts'
import type { DueWork } from './work-slots.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const turns = async (count = 5): Promise<void> => {
  for (let index = 0; index < count; index += 1) await turn()
}
const workOf = (id: string, account = id, platform = 'x'): DueWork => ({
  agencyId: 'agency' as AgencyId,
  publicationId: id as PublicationId,
  accountId: account as AccountId,
  platform,
})

interface Rig {
  /** Due from so many milliseconds on. */
  readonly queue: Map<string, { readonly work: DueWork; readonly at: number }>
  readonly running: Set<string>
  readonly finished: string[]
  reads: number
  databaseIsAway: boolean
  advance: (id: string, options: AdvanceOptions) => Promise<Advanced>
  readonly end: (id: string) => void
  readonly passTime: (ms: number) => Promise<void>
  readonly runner: ReturnType<typeof createRunner>
  readonly logged: string[]
}

/** A queue in memory and a clock that stands still; each piece of work runs until the test ends it. */
function createRig(concurrency = { total: 4, perPlatform: 3, perAccount: 1 }): Rig {
  const clock = createHandClock()
  const ends = new Map<string, () => void>()
  const rig: Rig = {
    queue: new Map(),
    running: new Set(),
    finished: [],
    reads: 0,
    databaseIsAway: false,
    logged: [],
    advance: async (id) => {
      await new Promise<void>((resolve) => ends.set(id, resolve))
      rig.queue.delete(id)
      rig.finished.push(id)
      return { done: true }
    },
    end: (id) => ends.get(id)?.(),
    async passTime(ms) {
      clock.move(ms)
      await turns()
    },
    runner: createRunner({
      store: {
        async readDue({ limit, excludeAccounts, excludePlatforms }) {
          rig.reads += 1
          if (rig.databaseIsAway) throw new Error('connect ECONNREFUSED')
          const included = [...rig.queue.values()].filter(
            ({ work }) => !excludeAccounts.includes(work.accountId) && !excludePlatforms.includes(work.platform),
          )
          const free = included.filter(({ work }) => !rig.running.has(work.publicationId))
          const due = free.filter(({ at }) => at <= clock.now()).map(({ work }) => work)
          const later = free.filter(({ at }) => at > clock.now()).map(({ at }) => at - clock.now())
          return {
            due: due.slice(0, limit),
            nextDueInMs: due.length >= limit ? 0 : later.length > 0 ? Math.min(...later) : null,
          }
        },
      },
      async advance(id, options = {}) {
        rig.running.add(id)
        try {
          return await rig.advance(id, options)
        } finally {
          rig.running.delete(id)
        }
      },
      monotonic: clock.now,
      after: clock.after,
      concurrency,
      log: ({ message }) => void rig.logged.push(message),
    }),
  }
  return rig
}

const enqueue = (rig: Rig, work: DueWork, at = 0): void => void rig.queue.set(work.publicationId, { work, at })

describe('the runner', () => {
  test('works on one post of an account at a time, and on others beside it', async () => {
    const rig = createRig()
    for (const id of ['a1', 'a2', 'a3']) enqueue(rig, workOf(id, 'a'))
    enqueue(rig, workOf('b1', 'b'))
    rig.runner.start()
    await turns()
    expect([...rig.running]).toEqual(['a1', 'b1'])
    rig.end('a1')
    await turns()
    expect([...rig.running]).toEqual(['b1', 'a2'])
  })

  test('respects the limit of a platform and the one of all', async () => {
    const rig = createRig()
    for (const id of ['x1', 'x2', 'x3', 'x4', 'x5']) enqueue(rig, workOf(id))
    for (const id of ['y1', 'y2']) enqueue(rig, workOf(id, id, 'y'))
    rig.runner.start()
    await turns()
    expect([...rig.running]).toEqual(['x1', 'x2', 'x3', 'y1'])
    rig.end('x1')
    await turns()
    expect([...rig.running]).toEqual(['x2', 'x3', 'y1', 'x4'])
  })

  test('asks the database once a second at most while nothing is due, and wakes when something is', async () => {
    const rig = createRig()
    enqueue(rig, workOf('later'), 10_300)
    rig.runner.start()
    await turns()
    for (let ms = 0; ms < 10_000; ms += 100) await rig.passTime(100)
    expect(rig.reads).toBeLessThanOrEqual(12)
    expect(rig.running.size).toBe(0)
    await rig.passTime(300)
    expect([...rig.running]).toEqual(['later'])
  })

  test('begins what was due and had no room as soon as there is, and asks for more only now and then', async () => {
    const rig = createRig({ total: 8, perPlatform: 2, perAccount: 1 })
    for (const id of ['x1', 'x2', 'x3', 'x4', 'x5', 'x6']) enqueue(rig, workOf(id))
    rig.runner.start()
    await turns()
    const { reads } = rig
    for (const id of ['x1', 'x2', 'x3']) {
      rig.end(id)
      await turns()
    }
    expect([...rig.running]).toEqual(['x4', 'x5'])
    expect(rig.reads).toBe(reads)
    enqueue(rig, workOf('y1', 'y1', 'y'))
    await rig.passTime(50)
    expect(rig.reads).toBe(reads + 1)
    expect([...rig.running]).toEqual(['x4', 'x5', 'y1'])
  })

  test('begins at once when woken', async () => {
    const rig = createRig()
    rig.runner.start()
    await turns()
    enqueue(rig, workOf('now'))
    rig.runner.wake()
    await turns()
    expect([...rig.running]).toEqual(['now'])
  })

  test('goes on when the database was away', async () => {
    const rig = createRig()
    rig.databaseIsAway = true
    enqueue(rig, workOf('a'))
    rig.runner.start()
    for (let second = 0; second < 10; second += 1) await rig.passTime(1_000)
    expect(rig.reads).toBeLessThanOrEqual(3)
    expect(rig.logged).toContain('due work could not be read')
    rig.databaseIsAway = false
    await rig.passTime(5_000)
    expect([...rig.running]).toEqual(['a'])
  })

  test('leaves work that fails alone for a while, and goes on with the rest of its account', async () => {
    const rig = createRig()
    const advance = rig.advance
    let failures = 0
    rig.advance = async (id, options) => {
      if (id !== 'bad') return advance(id, options)
      failures += 1
      throw new Error('the row cannot be read')
    }
    enqueue(rig, workOf('bad', 'a'))
    enqueue(rig, workOf('good', 'a'))
    rig.runner.start()
    await turns(50)
    expect(failures).toBe(1)
    expect([...rig.running]).toEqual(['good'])
    rig.end('good')
    for (let ms = 0; ms < 9_000; ms += 100) await rig.passTime(100)
    expect(failures).toBe(2)
    expect(rig.reads).toBeLessThanOrEqual(25)
  })

  test('stops: nothing new begins, what runs is told and awaited', async () => {
    const rig = createRig()
    const signals: (AbortSignal | undefined)[] = []
    const advance = rig.advance
    rig.advance = (id, options) => {
      signals.push(options.signal)
      return advance(id, options)
    }
    enqueue(rig, workOf('a'))
    rig.runner.start()
    await turns()
    let stopped = false
    const stopping = rig.runner.stop(60_000).then(() => {
      stopped = true
    })
    enqueue(rig, workOf('b'))
    rig.runner.wake()
    await turns()
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    expect(stopped).toBe(false)
    rig.end('a')
    await stopping
    const { reads } = rig
    await rig.passTime(60_000)
    expect([rig.reads, rig.running.size]).toEqual([reads, 0])
  })

  test('stops after its grace although something hangs', async () => {
    const rig = createRig()
    enqueue(rig, workOf('hangs'))
    rig.runner.start()
    await turns()
    const stopping = rig.runner.stop(10_000)
    await rig.passTime(10_000)
    await stopping
    expect([...rig.running]).toEqual(['hangs'])
  })

  test('runs on when it is started again while it stops', async () => {
    const rig = createRig()
    enqueue(rig, workOf('a'))
    rig.runner.start()
    await turns()
    const stopping = rig.runner.stop(60_000)
    rig.runner.start()
    rig.end('a')
    await stopping
    enqueue(rig, workOf('b'))
    await rig.passTime(1_000)
    expect([...rig.running]).toEqual(['b'])
  })
})

describe('a tick', () => {
  /** Each step takes so long; a publication has so many. */
  const stepping = (rig: Rig, stepMs: number, steps: number): AdvanceOptions[] => {
    const given: AdvanceOptions[] = []
    const counts = new Map<string, number>()
    rig.advance = async (id, options) => {
      given.push(options)
      await rig.passTime(stepMs)
      const count = (counts.get(id) ?? 0) + 1
      counts.set(id, count)
      if (count < steps) return { waitMs: 0 }
      rig.queue.delete(id)
      rig.finished.push(id)
      return { done: true }
    }
    return given
  }

  test('runs all that is due, whatever the limits, and says when something is next', async () => {
    const rig = createRig()
    for (const id of ['a1', 'a2', 'a3']) enqueue(rig, workOf(id, 'a'))
    for (const id of ['b', 'c', 'd', 'e', 'f']) enqueue(rig, workOf(id))
    enqueue(rig, workOf('later'), 90_000)
    stepping(rig, 0, 2)
    expect(await rig.runner.tick(60_000)).toEqual({ advanced: 16, nextDueInMs: 90_000 })
    expect(rig.finished.toSorted()).toEqual(['a1', 'a2', 'a3', 'b', 'c', 'd', 'e', 'f'])
  })

  test('respects the limits of accounts and platforms', async () => {
    const rig = createRig()
    for (const id of ['a1', 'a2']) enqueue(rig, workOf(id, 'a'))
    for (const id of ['b', 'c', 'd', 'e']) enqueue(rig, workOf(id))
    const together: (readonly string[])[] = []
    rig.advance = async (id) => {
      together.push([...rig.running])
      await turns()
      rig.queue.delete(id)
      return { done: true }
    }
    await rig.runner.tick(60_000)
    expect(Math.max(...together.map((ids) => ids.length))).toBe(3)
    expect(together.filter((ids) => ids.includes('a1') && ids.includes('a2'))).toEqual([])
    expect(rig.queue.size).toBe(0)
  })

  test('begins nothing after its time, tells each step what is left, and leaves the rest due', async () => {
    const rig = createRig({ total: 1, perPlatform: 1, perAccount: 1 })
    for (const id of ['a', 'b', 'c']) enqueue(rig, workOf(id))
    const given = stepping(rig, 400, 1)
    expect(await rig.runner.tick(1_000)).toEqual({ advanced: 3, nextDueInMs: null })
    expect(given.map(({ budgetMs }) => budgetMs)).toEqual([1_000, 600, 200])
    for (const id of ['d', 'e', 'f', 'g']) enqueue(rig, workOf(id))
    expect(await rig.runner.tick(1_000)).toEqual({ advanced: 3, nextDueInMs: 0 })
    expect([...rig.queue.keys()]).toEqual(['g'])
  })

  test('tells what runs when its time is over, and waits for it', async () => {
    const rig = createRig()
    enqueue(rig, workOf('long'))
    let aborted: boolean | undefined
    rig.advance = async (_, { signal }) => {
      await rig.passTime(999)
      aborted = signal?.aborted
      await rig.passTime(1)
      if (!signal?.aborted) throw new Error('goes on')
      return { waitMs: 0 }
    }
    expect(await rig.runner.tick(1_000)).toEqual({ advanced: 1, nextDueInMs: 0 })
    expect([aborted, rig.logged]).toEqual([false, []])
  })

  test('tries what stays due once, and ends', async () => {
    const rig = createRig()
    enqueue(rig, workOf('no time for it'))
    rig.advance = async () => ({ waitMs: 1_000 })
    expect(await rig.runner.tick(60_000)).toEqual({ advanced: 1, nextDueInMs: 0 })
  })

  test('goes on after work that fails, and says that it failed', async () => {
    const rig = createRig()
    enqueue(rig, workOf('bad'))
    enqueue(rig, workOf('good'))
    rig.advance = async (id) => {
      if (id === 'bad') throw new Error('the row cannot be read')
      rig.queue.delete(id)
      return { done: true }
    }
    expect(await rig.runner.tick(60_000)).toEqual({ advanced: 1, nextDueInMs: 0 })
    expect(rig.logged).toHaveLength(1)
  })

  test('needs no start, and a database that is away is an error of the call', async () => {
    const rig = createRig()
    rig.databaseIsAway = true
    await expect(rig.runner.tick(1_000)).rejects.toThrow('ECONNREFUSED')
  })
})
