import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type Batcher, type BatcherOptions, createBatcher } from './batcher.ts'
import { BudgetError } from './budget-error.ts'
import { nodeHost } from './ledger-host.ts'

/** A store that answers when it is told to. */
function createSlowStore(options: Partial<BatcherOptions<number, string>> = {}) {
  const calls: {
    readonly items: readonly number[]
    readonly answer: () => void
    readonly fail: (error: Error) => void
  }[] = []
  const pauses: number[] = []
  const batcher: Batcher<number, string> = createBatcher({
    send: (_, items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, answer: () => resolve(items.map((item) => `answer ${item}`)), fail: reject })
      }),
    sizeMax: 3,
    queueMax: 5,
    repeatAfterMs: [10],
    host: {
      ...nodeHost,
      after(ms, run) {
        pauses.push(ms)
        run()
        return () => {}
      },
    },
    ...options,
  })
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  }
  return { batcher, calls, pauses, settle }
}

describe('a batcher', () => {
  test('sends at once what comes to an idle one, and together what waited meanwhile', async () => {
    const { batcher, calls, settle } = createSlowStore()
    const answers = [batcher.push('t', 1)]
    await settle()
    answers.push(batcher.push('t', 2), batcher.push('t', 3), batcher.push('t', 4), batcher.push('t', 5))
    calls[0]?.answer()
    await settle()
    calls[1]?.answer()
    await settle()
    calls[2]?.answer()
    expect(await Promise.all(answers)).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 4', 'answer 5'])
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]])
  })

  test('lets one bad item harm only itself', async () => {
    const { batcher } = createSlowStore({
      send: async (_, items) => {
        if (items.includes(2)) throw new Error('bad')
        return items.map((item) => `answer ${item}`)
      },
    })
    const answers = await Promise.allSettled([batcher.push('t', 1), batcher.push('t', 2), batcher.push('t', 3)])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('repeats a call whose outcome is not known, then fails all of it', async () => {
    const lost = new BudgetError('unavailable', 'lost')
    let failures = 1
    const { batcher, pauses } = createSlowStore({
      send: async (_, items) => {
        failures -= 1
        if (failures >= 0) throw lost
        return items.map(String)
      },
    })
    expect(await batcher.push('t', 1)).toBe('1')
    failures = 99
    await expect(Promise.all([batcher.push('t', 1), batcher.push('t', 2)])).rejects.toBe(lost)
    expect(pauses).toEqual([10, 10])
  })

  test('is bounded, and forgets an item whose caller gave up', async () => {
    const { batcher, calls, settle } = createSlowStore()
    void batcher.push('t', 0)
    await settle()
    const controller = new AbortController()
    const aborted = batcher.push('t', 1, controller.signal)
    const waiting = [2, 3, 4, 5].map((item) => batcher.push('t', item))
    await expect(batcher.push('t', 6)).rejects.toMatchObject({ code: 'overloaded' })
    controller.abort(new Error('gone'))
    await expect(aborted).rejects.toThrow('gone')
    for (let call = 0; call < 3; call += 1) {
      calls[call]?.answer()
      await settle()
    }
    await Promise.all(waiting)
    await batcher.drain()
    expect(calls.flatMap(({ items }) => items)).toEqual([0, 2, 3, 4, 5])
  })

  test('leaves nothing with a signal that lives longer than its items', async () => {
    const { batcher, calls, settle } = createSlowStore()
    const { signal } = new AbortController()
    const answer = batcher.push('t', 1, signal)
    await settle()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    calls[0]?.answer()
    await answer
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('does not let tenants wait for each other', async () => {
    const { batcher, calls, settle } = createSlowStore()
    void batcher.push('one', 1)
    void batcher.push('other', 2)
    await settle()
    expect(calls.map(({ items }) => items)).toEqual([[1], [2]])
  })
})
