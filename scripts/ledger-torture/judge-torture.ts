import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import type { Inspection } from './torture-database.ts'
import type { Confirmation } from './torture-message.ts'
import { CHAOS, STRICT } from './torture-plan.ts'

/** What the books say against what was confirmed. */
export interface Judgement {
  /** Periods of the strict tenant above their limit, and reservations that were granted above one. */
  readonly overspent: number
  /** Confirmed, and not in the books. */
  readonly lost: number
  /** Confirmed twice with different amounts, or booked with another amount than confirmed. */
  readonly double: number
  /** What `checkLedger()` found. */
  readonly findings: readonly string[]
  readonly entries: number
  readonly periods: number
  readonly deadlocks: number
}

/** All that was ever confirmed, by what it was. */
export interface Confirmations {
  add(confirmation: Confirmation): void
  /** Confirmed again with another amount. */
  readonly contradictions: number
  readonly amounts: ReadonlyMap<string, string>
}

export function createConfirmations(): Confirmations {
  const amounts = new Map<string, string>()
  let contradictions = 0
  return {
    amounts,
    get contradictions() {
      return contradictions
    },
    add({ kind, tenant, id, amount }) {
      const key = `${tenant} ${kind} ${id}`
      const before = amounts.get(key)
      if (before !== undefined && before !== amount) contradictions += 1
      else amounts.set(key, amount)
    },
  }
}

export async function judge({ source, query }: Inspection, confirmations: Confirmations): Promise<Judgement> {
  const ledger = createLedger({ store: createPostgresLedgerStore(source) })
  const checks = [await ledger.forTenant(STRICT).checkLedger(), await ledger.forTenant(CHAOS).checkLedger()]
  const findings = checks.flatMap((check) =>
    check.findings.map(({ rule, where, message }) => `${rule} ${where}: ${message}`),
  )
  const over = await query(
    `select budget || ' of ' || limit_nanos || ': ' || reserved_nanos || ' and ' || settled_nanos as what from ofm_budget.period
      where tenant_id = $1 and reserved_nanos + settled_nanos > limit_nanos`,
    [STRICT],
  )
  const marked = await query(
    "select concat_ws(' ', kind, key, reserved_nanos, cost_nanos, marks::text) as what from ofm_budget.entry where tenant_id = $1 and marks <> '{}'",
    [STRICT],
  )
  const strict = [...over, ...marked].map(({ what }) => `strict ${what}`)
  const { lost, changed } = await compare(query, confirmations.amounts)
  const [stats] = await query(
    'select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()',
  )
  const deadlocks = Number(stats?.deadlocks ?? 0)
  if (deadlocks > 0) findings.push(`P7 ${deadlocks} deadlocks: locks were not taken in one order.`)
  return {
    overspent: strict.length + findings.filter((finding) => finding.startsWith('C2')).length,
    lost,
    double: confirmations.contradictions + changed,
    findings: [...findings, ...strict],
    entries: checks.reduce((sum, { entries }) => sum + entries, 0),
    periods: checks.reduce((sum, { periods }) => sum + periods, 0),
    deadlocks,
  }
}

const amountOf: Readonly<Record<string, string>> = {
  reserve: 'reserved_nanos',
  settle: 'cost_nanos',
  release: '0',
  adjust: 'settled_nanos',
}

async function compare(query: Inspection['query'], confirmed: ReadonlyMap<string, string>) {
  const missing = new Set(confirmed.keys())
  let changed = 0
  for (const [kind, amount] of Object.entries(amountOf)) {
    for (let after = '0', rows = [{}] as readonly Record<string, unknown>[]; rows.length > 0; ) {
      rows = await query(
        `select e.tenant_id, e.key, ${amount}::text as amount, e.position::text as position from ofm_budget.entry e
          where e.kind = $1 and e.position > $2 order by e.position limit 20000`,
        [kind, after],
      )
      for (const row of rows) {
        const name = `${row.tenant_id} ${kind} ${row.key}`
        const known = confirmed.get(name)
        missing.delete(name)
        if (known !== undefined && known !== row.amount) changed += 1
      }
      after = String(rows.at(-1)?.position ?? after)
    }
  }
  return { lost: missing.size, changed }
}
