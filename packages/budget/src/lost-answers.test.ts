import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { BudgetError } from './budget-error.ts'
import { createLedgerOn } from './create-ledger.ts'
import type { Ledger } from './ledger.ts'
import { nodeHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { usd } from './money.ts'

const lost = { reserve: 0, finish: 0, answers: 'after' as 'before' | 'after' }
let problems: LedgerProblem[] = []
let timers: { readonly dueAt: number; readonly run: () => void }[] = []
let nowMs = 0

/** Loses answers after the commit, or questions before it. */
async function lose<Answer>(what: 'reserve' | 'finish', ask: () => Promise<Answer>): Promise<Answer> {
  if (lost[what] === 0) return ask()
  lost[what] -= 1
  if (lost.answers === 'after') await ask()
  throw new BudgetError('unavailable', 'The connection was lost.')
}

/** On a store that loses, with timers of its own. */
async function openLedger(options: { readonly queueMax?: number } = {}): Promise<Ledger> {
  const store = createMemoryLedgerStore({ now: () => nowMs })
  const losing: typeof store = {
    ...store,
    reserve: (tenant, items) => lose('reserve', () => store.reserve(tenant, items)),
    finish: (tenant, items) => lose('finish', () => store.finish(tenant, items)),
  }
  const after = (ms: number, run: () => void) => {
    const timer = { dueAt: nowMs + ms, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const onProblem = (problem: LedgerProblem) => void problems.push(problem)
  const ledger = createLedgerOn({ store: losing, onProblem, ...options }, { ...nodeHost, after })
  await ledger.setBudget('agency', { limit: usd('1'), period: 'once' })
  return ledger
}

/** Lets time pass from timer to timer until the work is done, or for so long. */
async function pass<Result>(until: Promise<Result> | number): Promise<Result | undefined> {
  const endMs = typeof until === 'number' ? nowMs + until : Number.POSITIVE_INFINITY
  const done = { now: false }
  if (typeof until !== 'number') until.catch(() => {}).finally(() => Object.assign(done, { now: true }))
  for (;;) {
    await setImmediate()
    const [next] = timers.toSorted((one, other) => one.dueAt - other.dueAt)
    if (done.now || !next || next.dueAt > endMs) break
    nowMs = next.dueAt
    timers = timers.filter((other) => other !== next)
    next.run()
  }
  if (typeof until !== 'number') return until
  nowMs = endMs
  return undefined
}

beforeEach(() => {
  Object.assign(lost, { reserve: 0, finish: 0, answers: 'after' })
  problems = []
  timers = []
  nowMs = Date.parse('2026-11-26T12:00:00Z')
})

const kindsOf = async (ledger: Ledger) => (await ledger.listEntries()).items.map(({ kind }) => kind).toReversed()
const work = (ledger: Ledger) =>
  ledger.withReservation({ budget: 'agency', upTo: usd('0.50') }, async (spend) => {
    spend(usd('0.10'))
    return 'done'
  })
const fail = (ledger: Ledger) =>
  ledger.withReservation({ budget: 'agency', upTo: usd('0.50') }, () => Promise.reject(new Error('400')))

describe('work whose answers are lost on the way', () => {
  test('is reserved and settled once', async () => {
    const ledger = await openLedger()
    Object.assign(lost, { reserve: 2, finish: 2 })
    expect(await pass(work(ledger))).toBe('done')
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'settle'])
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0.10') })
    expect(problems).toEqual([])
  })

  test('is released once when it fails', async () => {
    const ledger = await openLedger()
    lost.finish = 2
    await expect(pass(fail(ledger))).rejects.toThrow('400')
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'release'])
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0') })
  })
})

describe('a ledger that is away after the work', () => {
  const away = () => Object.assign(lost, { finish: Number.POSITIVE_INFINITY, answers: 'before' })

  test('hands over the result after a second, and books its settlement when it is back', async () => {
    const ledger = await openLedger()
    away()
    const startedAt = nowMs
    expect(await pass(work(ledger))).toBe('done')
    expect(nowMs - startedAt).toBe(1_000)
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0.50'), settled: usd('0') })
    await pass(60_000)
    expect(problems).toMatchObject([{ code: 'settlement_waits', tenant: 'default', cause: { code: 'unavailable' } }])
    expect(problems[0]?.message).toMatch(/^The settlement of res_\w+, 0\.10 USD, waits, because the ledger is away\./)
    lost.finish = 0
    await pass(120_000)
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'settle'])
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0.10') })
    expect(problems).toHaveLength(1)
  })

  test('lets the error of failed work pass after a second, and releases when it is back', async () => {
    const ledger = await openLedger()
    away()
    const startedAt = nowMs
    await expect(pass(fail(ledger))).rejects.toThrow('400')
    expect(nowMs - startedAt).toBe(1_000)
    lost.finish = 0
    await pass(60_000)
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'release'])
  })

  test('lets a caller go who gave up while it reserved, and releases when it is back', async () => {
    const ledger = await openLedger()
    away()
    lost.reserve = 1
    const startedAt = nowMs
    const controller = new AbortController()
    const reserving = ledger.reserve({ budget: 'agency', amount: usd('0.50'), signal: controller.signal })
    await pass(10)
    controller.abort(new Error('gone'))
    await expect(pass(reserving)).rejects.toThrow('gone')
    expect(nowMs - startedAt).toBe(1_050)
    lost.finish = 0
    await pass(60_000)
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'release'])
  })

  test('books late what had expired meanwhile', async () => {
    const ledger = await openLedger()
    away()
    await pass(work(ledger))
    await pass(700_000)
    await ledger.sweep()
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0.50') })
    lost.finish = 0
    await pass(120_000)
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0.10') })
    expect(await ledger.checkLedger()).toMatchObject({ ok: true })
  })

  test('books what waits when it is closed', async () => {
    const ledger = await openLedger()
    away()
    await pass(work(ledger))
    await pass(17_000)
    lost.finish = 0
    const closedAt = nowMs
    await pass(ledger.close())
    expect(nowMs).toBe(closedAt)
    expect(await kindsOf(ledger)).toEqual(['period', 'reserve', 'settle'])
  })

  test('reports what it gives up: when it is closed, and when too many wait already', async () => {
    const ledger = await openLedger({ queueMax: 1 })
    away()
    for (let calls = 0; calls < 2; calls += 1) await pass(work(ledger))
    await pass(60_000)
    expect(problems.map(({ code }) => code)).toEqual(['settlement_waits', 'settlement_lost'])
    await pass(ledger.close())
    expect(problems.map(({ code }) => code)).toEqual(['settlement_waits', 'settlement_lost', 'settlement_lost'])
    expect(timers).toEqual([])
  })

  test('tells the one whose work it was, too', async () => {
    const ledger = await openLedger()
    away()
    const told: LedgerProblem[] = []
    const request = { budget: 'agency', upTo: usd('0.50'), onUnsettled: (problem: LedgerProblem) => told.push(problem) }
    await pass(ledger.withReservation(request, async () => 'done'))
    await pass(60_000)
    expect(told).toEqual(problems)
    expect(told).toHaveLength(1)
  })

  test('hands over the result of work whose settlement is refused, and says so', async () => {
    const ledger = await openLedger()
    const request = { id: 'r1', budget: 'agency', upTo: usd('0.50') }
    const work = async () => {
      await ledger.settle('r1', usd('0.10'))
      return 'done'
    }
    expect(await ledger.withReservation(request, work)).toBe('done')
    expect(problems).toMatchObject([
      { code: 'settlement_refused', reservation: 'r1', cause: { code: 'already_settled' } },
    ])
  })

  test('warns the process when nobody asked to be told', async () => {
    const warnings: string[] = []
    const store = createMemoryLedgerStore()
    const ledger = createLedgerOn({ store }, { ...nodeHost, warn: (message) => void warnings.push(message) })
    await ledger.setBudget('agency', { limit: usd('1'), period: 'once' })
    const request = { id: 'r1', budget: 'agency', upTo: usd('0.50') }
    await ledger.withReservation(request, async () => void (await ledger.settle('r1', usd('0.10'))))
    expect(warnings).toEqual([
      'The settlement of r1, 0.50 USD, was refused. r1 was settled already. Correct it with adjust().',
    ])
  })
})
