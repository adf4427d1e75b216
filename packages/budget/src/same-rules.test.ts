import { eachDatabase } from '@ofm-social/test-services'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBudgetError } from './budget-error.ts'
import type { Ledger } from './ledger.ts'
import { createMoney } from './money.ts'
import {
  endingNothingBehind,
  openMemoryLedger,
  openPostgresLedger,
  prepareDatabase,
  type TestLedger,
} from './testing/each-ledger.test-support.ts'

const budgets = ['agency', 'agency/ada', 'agency/ada/launch', 'agency/bo', 'agency/bo/acme'] as const
/** One rolls, and one watches another. */
const settingsOf = (path: string) =>
  ({
    period: path === 'agency/bo' ? { rollingHours: 1 } : 'day',
    ...(path === 'agency/bo/acme' ? { match: { vendor: 'acme' } } : {}),
  }) as const
const id = fc.integer({ min: 0, max: 5 }).map((number) => `r${number}`)
const budget = fc.constantFrom(...budgets)
const nanos = fc.integer({ min: 0, max: 60 })
const money = nanos.map((amount) => createMoney('USD', BigInt(amount)))

/** One step: what it is called in a counterexample, and what it does to a ledger. */
interface Step {
  readonly name: string
  run(opened: TestLedger): Promise<unknown>
}

const step = (name: string, run: (ledger: Ledger) => Promise<unknown>): Step => ({
  name,
  run: ({ ledger }) => run(ledger),
})

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(id, budget, money, fc.constantFrom<true | undefined>(true, undefined), fc.constantFrom('acme', 'other'))
      .map(([one, path, amount, dispatched, vendor]) =>
        step(`reserve ${one} ${path} ${amount} ${vendor}`, (ledger) =>
          ledger.reserve({ id: one, budget: path, amount, vendor, ...(dispatched ? { dispatched } : {}) }),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, money)
      .map(([one, cost]) => step(`settle ${one} ${cost}`, (ledger) => ledger.settle(one, cost))),
  },
  { weight: 2, arbitrary: id.map((one) => step(`release ${one}`, (ledger) => ledger.release(one))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, money, nanos)
      .map(([one, by, key]) =>
        step(`extend ${one} by ${by}`, (ledger) => ledger.extend(one, { by, key: `k${key % 3}` })),
      ),
  },
  { weight: 1, arbitrary: id.map((one) => step(`dispatch ${one}`, (ledger) => ledger.dispatch(one))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(id, budget, money)
      .map(([one, path, cost]) =>
        step(`record ${one} ${path} ${cost}`, (ledger) => ledger.record({ id: one, budget: path, cost })),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(id, nanos).map(([one, by]) =>
      step(`adjust ${one} by ${by - 30}`, async (ledger) => {
        const {
          kind,
          budget: path,
          settledChange,
        } = await ledger.adjust({
          id: `a${by % 4}`,
          of: { reservation: one },
          by: createMoney('USD', BigInt(by - 30)),
          reason: 'test',
        })
        return { kind, path, settledChange }
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(budget, money)
      .map(([path, limit]) =>
        step(`limit ${path} ${limit}`, (ledger) => ledger.setBudget(path, { ...settingsOf(path), limit })),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(budget, fc.constantFrom('open', 'open', 'frozen', 'closed'))
      .map(([path, state]) =>
        step(`${state} ${path}`, (ledger) => ledger.setState(path, state as 'open', { reason: 'test' })),
      ),
  },
  { weight: 1, arbitrary: fc.constant(step('sweep', (ledger) => ledger.sweep())) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(60_000, 600_000, 3_600_000, 43_200_000).map((ms) => ({
      name: `${ms} ms later`,
      run: (opened: TestLedger) => opened.advance(ms),
    })),
  },
)

/** Both end at one moment, and which of them is booked last crosses a threshold. */
const endingAtOnce: readonly Step[] = [
  ...(
    [
      ['r1', 46n],
      ['r0', 7n],
    ] as const
  ).map(([one, amount]) =>
    step(`reserve ${one} agency ${amount}`, (ledger) =>
      ledger.reserve({ id: one, budget: 'agency', amount: createMoney('USD', amount), dispatched: true }),
    ),
  ),
  { name: '43200000 ms later', run: (opened) => opened.advance(43_200_000) },
  step('sweep', (ledger) => ledger.sweep()),
]

eachDatabase('any sequence of operations', (open, kind) => {
  test('is answered as in memory, and leaves books that hold', async () => {
    const database = await prepareDatabase(await open())
    let runs = 0
    const sequences = fc.array(steps, { minLength: 5, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence: readonly Step[]) => {
        runs += 1
        const stored = await openPostgresLedger(database, `run ${runs}`, endingNothingBehind)
        const inMemory = await openMemoryLedger(endingNothingBehind)
        expect(await play(stored, sequence)).toEqual(await play(inMemory, sequence))
      }),
      { numRuns: kind === 'PGlite' ? 8 : 30, examples: [[endingAtOnce]] },
    )
    await database.close()
  })
})

async function play(opened: TestLedger, sequence: readonly Step[]): Promise<readonly string[]> {
  const { ledger } = opened
  for (const path of budgets) {
    const limit = createMoney('USD', path === 'agency' ? 100n : 70n)
    await ledger.setBudget(path, { ...settingsOf(path), limit })
  }
  const answers: string[] = []
  for (const { name, run } of sequence) answers.push(`${name}: ${await tell(run(opened))}`)
  answers.push(await tell(ledger.listBudgets()))
  const { ok, findings, openReservations, unmatched } = await ledger.checkLedger()
  answers.push(JSON.stringify({ ok, findings, openReservations, unmatched }))
  const alerts: string[] = []
  await ledger.deliverAlerts(
    (alert) => void alerts.push(`${alert.budget} ${alert.rule} ${alert.before} ${alert.after}`),
    { max: 1_000 },
  )
  return [...answers, ...alerts.toSorted()]
}

async function tell(answer: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await answer)
  } catch (error) {
    if (!isBudgetError(error)) throw error
    return `${error.code} ${error.message}`
  }
}
