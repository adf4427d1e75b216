import {
  createLedger,
  createMoney,
  isBudgetError,
  type Ledger,
  type Reservation,
  type TenantLedger,
} from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import type { Confirmation, WorkerReport, WorkerTask } from './torture-message.ts'
import { CHAOS, createChance, type Planned, plan, STRICT, type Tenant } from './torture-plan.ts'
import { openTortureSource } from './torture-source.ts'

/** Makes operations until it is killed or told to stop, and tells what was confirmed. */
let stopping = false
process.once('message', (task) => {
  // Listened for at once: a worker may be told to stop before it has opened its database.
  process.once('message', () => {
    stopping = true
  })
  void run(task as WorkerTask)
})

const strictLifetimeMs = 40 * 86_400_000
const chaosLifetimeMs = 120_000
/** What a run of random operations may be answered. */
const expected = new Set([
  'exceeded',
  'closed',
  'unknown_reservation',
  'already_settled',
  'ended',
  'key_conflict',
  'unavailable',
  'overloaded',
  'stopped',
])

interface Tools {
  readonly worker: number
  /** Of all ledgers of the process. */
  readonly ids: { made: number }
  readonly ledgers: Readonly<Record<Tenant, TenantLedger>>
  readonly moveClock: (ms: number) => Promise<void>
  readonly chance: (below: number) => number
  readonly confirm: (confirmation: Confirmation) => void
}

async function run(task: WorkerTask): Promise<void> {
  const chance = createChance(task.seed)
  const { source, run: runStatement, close } = await openTortureSource(task.target, chance)
  let confirmations: Confirmation[] = []
  let operations = 0
  const report = (failure?: string) => {
    const message: WorkerReport = { operations, confirmations, ...(failure ? { failure } : {}) }
    process.send?.(message)
    confirmations = []
    operations = 0
  }
  const ledgers = Array.from({ length: task.ledgers }, () => createLedger({ store: createPostgresLedgerStore(source) }))
  const ids = { made: 0 }
  const work = async (ledger: Ledger) => {
    const tools: Tools = {
      worker: task.worker,
      ids,
      ledgers: { [STRICT]: ledger.forTenant(STRICT), [CHAOS]: ledger.forTenant(CHAOS) },
      moveClock: (ms) => runStatement(`update ofm_budget.test_clock set at = at + ${ms} * interval '1 ms'`),
      chance,
      confirm: (confirmation) => void confirmations.push(confirmation),
    }
    while (!stopping) {
      await operate(tools).catch((error: unknown) => {
        if (!isBudgetError(error) || !expected.has(error.code)) report(describe(error))
      })
      operations += 1
      if (operations >= 100) report()
    }
  }
  await Promise.all(ledgers.flatMap((ledger) => Array.from({ length: task.inFlight }, () => work(ledger))))
  await Promise.all(ledgers.map((ledger) => ledger.close()))
  report()
  await close()
  process.disconnect()
}

async function operate(tools: Tools): Promise<void> {
  const { chance, ids } = tools
  const dice = chance(1_000)
  if (dice < 420 || ids.made === 0) return reserve(tools, plan(tools.worker, ids.made++))
  const planned = pick(tools)
  if (dice < 880) return end(tools, planned)
  if (dice < 930) return reserve(tools, planned)
  if (dice < 940) return void (await tools.ledgers[planned.tenant].extend(planned.id))
  if (dice < 950) return void (await tools.ledgers[planned.tenant].dispatch(planned.id))
  if (dice < 951) return tools.moveClock(chance(20) === 0 ? -chance(5_000) : chance(90_000))
  if (dice < 955) return void (await tools.ledgers[chance(2) ? STRICT : CHAOS].sweep())
  if (planned.tenant === STRICT) return end(tools, planned)
  return disturb(tools, planned, dice)
}

/** An id of its own, or of another process: that one may be alive, dead or not there yet. */
function pick({ chance, worker: own, ids: { made } }: Tools): Planned {
  const worker = chance(4) === 0 ? chance(own + 2) : own
  return plan(worker, Math.max(0, made - 1 - chance(worker === own ? 400 : made + 50)))
}

async function reserve({ ledgers, confirm }: Tools, planned: Planned): Promise<void> {
  const { id, tenant, budget, amount, vendor } = planned
  const lifetimeMs = tenant === STRICT ? strictLifetimeMs : chaosLifetimeMs
  await ledgers[tenant].reserve({ id, budget, amount, vendor, lifetimeMs })
  confirm({ kind: 'reserve', tenant, id, amount: `${amount.amountNanos}` })
}

async function end(tools: Tools, planned: Planned): Promise<void> {
  const { tenant, id, cost, ends } = planned
  const dice = tools.chance(100)
  if (ends === 'release' || (tenant === CHAOS && dice < 3)) {
    const { state } = await tools.ledgers[tenant].release(id)
    if (state === 'released') tools.confirm({ kind: 'release', tenant, id, amount: '0' })
    return
  }
  // Another cost for the same reservation: only the first of the two may ever be booked.
  const other = dice < 8 && tenant === CHAOS ? createMoney('USD', cost.amountNanos + 1n) : cost
  const both = dice < 20 ? 2 : 1
  const answers = await Promise.all(Array.from({ length: both }, () => tools.ledgers[tenant].settle(id, other)))
  for (const answer of answers) confirmSettled(tools, tenant, answer)
}

async function disturb(tools: Tools, { tenant, id, budget, cost, vendor }: Planned, dice: number): Promise<void> {
  if (dice < 985) return confirmSettled(tools, tenant, await tools.ledgers[tenant].record({ id, budget, cost, vendor }))
  const key = `a-${id}`
  const by = createMoney('USD', tools.chance(2) ? 1n : -1n)
  await tools.ledgers[tenant].adjust({ id: key, of: { reservation: id }, by, reason: 'torture' })
  tools.confirm({ kind: 'adjust', tenant, id: key, amount: `${by.amountNanos}` })
}

function confirmSettled({ confirm }: Tools, tenant: Tenant, { id, settled }: Reservation): void {
  confirm({ kind: 'settle', tenant, id, amount: `${settled?.amountNanos}` })
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', where = '', detail = '' } = error as { code?: string; where?: string; detail?: string }
  return `${error.name} ${code}: ${error.message} ${detail} ${where}`
}
