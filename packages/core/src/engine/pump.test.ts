import { describe, expect, test } from 'vitest'
import { createPump } from './pump.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns that the test ends, and timers that it runs. */
function createRig() {
  const timers = new Map<() => void, number>()
  const ends: ((waitMs: number) => void)[] = []
  const pump = createPump({
    takeTurn: () => new Promise((resolve) => ends.push(resolve)),
    after(ms, run) {
      timers.set(run, ms)
      return () => void timers.delete(run)
    },
  })
  return {
    pump,
    begun: () => ends.length,
    waits: () => [...timers.values()],
    async endTurn(waitMs = 1_000) {
      ends.at(-1)?.(waitMs)
      await settle()
    },
    passTime() {
      const due = [...timers.keys()]
      timers.clear()
      for (const run of due) run()
    },
  }
}

describe('a pump', () => {
  test('takes no turn before it is started', () => {
    const { pump, begun } = createRig()
    pump.wake()
    expect([pump.isRunning(), begun()]).toEqual([false, 0])
    pump.start()
    expect([pump.isRunning(), begun()]).toEqual([true, 1])
  })

  test('waits as long as the last turn said', async () => {
    const { pump, begun, waits, endTurn, passTime } = createRig()
    pump.start()
    await endTurn(250)
    expect([begun(), waits()]).toEqual([1, [250]])
    passTime()
    expect([begun(), waits()]).toEqual([2, []])
  })

  test('takes a turn at once when it is woken, and the wait is over', async () => {
    const { pump, begun, waits, endTurn } = createRig()
    pump.start()
    await endTurn()
    pump.wake()
    expect([begun(), waits()]).toEqual([2, []])
  })

  test('never takes two turns at once: however often it is woken meanwhile, one follows', async () => {
    const { pump, begun, waits, endTurn } = createRig()
    pump.start()
    pump.wake()
    pump.wake()
    expect(begun()).toBe(1)
    await endTurn()
    expect([begun(), waits()]).toEqual([2, []])
    await endTurn()
    expect([begun(), waits()]).toEqual([2, [1_000]])
  })

  test('takes no further turn once it is stopped, and answers the one that is being taken', async () => {
    const { pump, begun, waits, endTurn } = createRig()
    pump.start()
    pump.wake()
    let isOver = false
    void pump.stop()?.then(() => {
      isOver = true
    })
    await settle()
    expect(isOver).toBe(false)
    await endTurn()
    expect([isOver, pump.isRunning(), begun(), waits()]).toEqual([true, false, 1, []])
    expect(pump.stop()).toBeUndefined()
  })

  test('ends its wait when it is stopped, and starts again', async () => {
    const { pump, begun, waits, endTurn } = createRig()
    pump.start()
    await endTurn()
    pump.stop()
    expect(waits()).toEqual([])
    pump.start()
    expect(begun()).toBe(2)
  })
})
