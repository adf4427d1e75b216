import { describe, expect, test } from 'vitest'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import { createMachine } from '../publishing/proof/machine.ts'
import type { PublishingStore } from '../publishing/publishing-store.ts'
import { createAttemptSpending, defaultBudgetOf } from './attempt-spending.ts'
import { createMemorySpending, type MemorySpending } from './memory-spending.test-support.ts'
import { createMemorySpendingStore } from './memory-spending-store.test-support.ts'
import { createSettleSpending } from './settle-spending.ts'
import type { Spending } from './spending.ts'

const POST = 15_000_000n
const LOOKS = 100_000_000n
const BUDGET = 'agency/creator'
const MINUTE_MS = 60_000

const price = { per: 1, validFrom: '2000-01-01', source: 'a price list' }
const meters: PlatformMeters = {
  prices: [
    { meter: 'post', usdNanos: 15_000_000, ...price },
    { meter: 'read', usdNanos: 5_000_000, ...price },
  ],
  usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [{ meter: 'read', quantity: 20 }] }),
  usesOfRemoval: () => [],
}

const CALLS = ['reserve', 'begin', 'publish', 'result', 'settle', 'book', 'finish'] as const
const POINTS = CALLS.flatMap((call) => [`before ${call}`, `after ${call}`])

type Asynchronous<Arguments extends unknown[], Result> = (...given: Arguments) => Promise<Result>

/** A process that stops at one point, and comes back from there only when it is thawed. The next one lives. */
function createKiller(deadly: string) {
  let killed: () => void = () => undefined
  let thaw: () => void = () => undefined
  let armed = true
  const death = new Promise<'killed'>((resolve) => {
    killed = () => resolve('killed')
  })
  const reach = async (point: string): Promise<void> => {
    if (!armed || point !== deadly) return
    armed = false
    killed()
    await new Promise<void>((resolve) => {
      thaw = resolve
    })
  }
  const around =
    <Arguments extends unknown[], Result>(
      call: (typeof CALLS)[number],
      run: Asynchronous<Arguments, Result>,
    ): Asynchronous<Arguments, Result> =>
    async (...given) => {
      await reach(`before ${call}`)
      const result = await run(...given)
      await reach(`after ${call}`)
      return result
    }
  return { death, around, wasKilled: () => !armed, thaw: () => thaw() }
}

function start(deadly: string) {
  const killer = createKiller(deadly)
  let ledger: MemorySpending | undefined
  const reservedAtWrite: bigint[] = []
  const watch = (spending: MemorySpending): Spending => ({
    ...spending,
    reserve: killer.around('reserve', spending.reserve),
    settle: killer.around('settle', spending.settle),
  })
  const wrapStore = (store: PublishingStore): PublishingStore => ({
    ...store,
    beginAttempt: killer.around('begin', store.beginAttempt),
    change: killer.around('result', store.change),
  })
  const machine = createMachine('synchronous', {
    wrapStore,
    wrapAdapter: (adapter) => ({
      ...adapter,
      meters,
      publish: killer.around('publish', async (part, context) => {
        reservedAtWrite.push(ledger?.reservedNanos(BUDGET) ?? 0n)
        return adapter.publish(part, context)
      }),
    }),
    spending: (now) => {
      ledger = createMemorySpending(now)
      return createAttemptSpending({
        spending: watch(ledger),
        budgetOf: defaultBudgetOf,
        readSpender: async (_agency, creator) => ({ agency: 'agency', tenant: null, creator }),
        after: () => () => undefined,
        log: () => undefined,
      })
    },
  })
  if (!ledger) throw new Error('the machine asked for no ledger')
  const memory = createMemorySpendingStore(() => machine.store, machine.clock.now)
  const settle = createSettleSpending({
    store: { ...memory, book: killer.around('book', memory.book), finish: killer.around('finish', memory.finish) },
    spending: watch(ledger),
    monotonic: machine.clock.now,
    log: () => undefined,
  })
  return { killer, ledger, machine, settle, reservedAtWrite }
}

describe('a process that is killed', () => {
  test.each(POINTS)('%s leaves one reservation at most, and one settlement', async (deadly) => {
    const { killer, ledger, machine, settle, reservedAtWrite } = start(deadly)
    ledger.setLimit(BUDGET, 1_000_000_000n)
    const id = machine.add()
    let mostReserved = 0n
    for (let minutes = 0; minutes < 60; minutes += 1) {
      const dead = killer.wasKilled()
      const work = machine.settle(id).then(() => settle({ maxMs: 1_000 }))
      await (dead ? work : Promise.race([work, killer.death]))
      const reserved = ledger.reservedNanos(BUDGET)
      mostReserved = reserved > mostReserved ? reserved : mostReserved
      machine.clock.advance(MINUTE_MS)
    }
    expect(killer.wasKilled()).toBe(true)
    expect(mostReserved).toBeLessThanOrEqual(POST + LOOKS)
    expect(reservedAtWrite.every((reserved) => reserved === POST + LOOKS)).toBe(true)
    const { state, parts } = machine.store.read(id)
    const looked = (parts[0]?.looks ?? 0) > 0 || parts[0]?.attempts.some(({ evidence }) => evidence.length > 1)
    if (state === 'published') {
      expect(machine.platform.posts()).toHaveLength(1)
      expect(ledger.settledNanos(BUDGET)).toBe(looked ? POST + LOOKS : POST)
      expect(ledger.reservedNanos(BUDGET)).toBe(0n)
    } else {
      // The write was lost before the platform: nobody knows, and the money stays set aside until somebody does.
      expect([state, machine.platform.posts().length]).toEqual(['needs_attention', 0])
      expect(['after begin', 'before publish']).toContain(deadly)
      expect(ledger.reservedNanos(BUDGET)).toBe(POST + LOOKS)
    }
    expect([...ledger.rows.values()].filter(({ late }) => late)).toEqual([])
  })

  test.each(['before reserve', 'after reserve', 'before begin'])(
    'no, frozen %s, takes nothing from its successor when it goes on',
    async (deadly) => {
      const { killer, ledger, machine, settle } = start(deadly)
      ledger.setLimit(BUDGET, 1_000_000_000n)
      const id = machine.add()
      const frozen = machine.settle(id)
      await killer.death
      machine.clock.advance(2 * MINUTE_MS)
      ledger.onCall('settle', async () => {
        killer.thaw()
        await frozen
      })
      await machine.settle(id)
      await settle({ maxMs: 1_000 })
      expect(machine.store.read(id).state).toBe('published')
      expect(machine.platform.posts()).toHaveLength(1)
      expect(ledger.settledNanos(BUDGET)).toBe(POST)
      expect([...ledger.rows.values()].filter(({ late }) => late)).toEqual([])
      machine.clock.advance(10 * MINUTE_MS)
      expect(ledger.reservedNanos(BUDGET)).toBe(0n)
    },
  )

  test('frozen and thawed while its successor sends, it gives back nothing that is in use', async () => {
    const { killer, ledger, machine } = start('before begin')
    ledger.setLimit(BUDGET, 1_000_000_000n)
    const id = machine.add()
    const frozen = machine.settle(id)
    await killer.death
    machine.clock.advance(2 * MINUTE_MS)
    const sending = machine.advance(id)
    killer.thaw()
    await Promise.all([frozen, sending])
    expect(machine.platform.posts()).toHaveLength(1)
    expect([...ledger.rows.values()].map(({ state }) => state)).toEqual(['open'])
  })

  test('before S2 and never replaced gives its reservation back in ten minutes', async () => {
    const { killer, ledger, machine } = start('after reserve')
    ledger.setLimit(BUDGET, 1_000_000_000n)
    await Promise.race([machine.settle(machine.add()), killer.death])
    expect(ledger.reservedNanos(BUDGET)).toBe(POST + LOOKS)
    machine.clock.advance(10 * MINUTE_MS)
    expect(ledger.reservedNanos(BUDGET)).toBe(0n)
  })
})
