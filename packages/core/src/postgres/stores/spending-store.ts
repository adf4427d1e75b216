import { type RawBuilder, sql } from 'kysely'
import type { AgencyId, CreatorId } from '../../model/ids.ts'
import type { AttemptRecord } from '../../model/publication.ts'
import type { BookedSettlement, DueSpending, SpendingStore } from '../../spending/spending-store.ts'
import type { Database, Tx } from '../database.ts'
import { attemptKeyColumns, attemptResultColumns, toSelection } from '../publishing/columns.ts'

export function createPostgresSpendingStore(database: Database): SpendingStore {
  return {
    takeDue: (options) => database.inEngine((tx) => takeDue(tx, options)),
    readAttempt: (due) => database.inScope(due, (tx) => readAttempt(tx, due)),
    book: (due, settlement) => database.inScope(due, (tx) => book(tx, due, settlement)),
    finish: (due, dueInMs) =>
      database.inScope(due, async (tx) => {
        await sql`
          update ofm.spending_due set due_at = ofm.now() + ${dueInMs}::double precision * interval '1 ms'
          where ${isSeen(due)}`.execute(tx)
      }),
    nextDueInMs: ({ agencyId } = {}) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ next: number | null }>`
          select ofm.ms(min(d.due_at)) - ofm.ms(ofm.now()) as next
          from ofm.spending_due d where d.due_at is not null and ${ofAgency(agencyId)}`.execute(tx)
        const next = rows[0]?.next ?? null
        return next === null ? null : Math.max(0, next)
      }),
    readAgency: (agencyId) => database.inScope({ agencyId }, (tx) => readAgency(tx, agencyId)),
    readSpender: (agencyId, creatorId) => database.inScope({ agencyId }, (tx) => readSpender(tx, agencyId, creatorId)),
  }
}

const ofAgency = (agencyId: AgencyId | undefined): RawBuilder<unknown> =>
  agencyId === undefined ? sql`true` : sql`d.agency_id = ${agencyId}`

/** A verdict that came meanwhile has made the row due again; nothing of an older look is written over it. */
const isSeen = ({ agencyId, attemptId, turn }: DueSpending): RawBuilder<unknown> =>
  sql`agency_id = ${agencyId} and attempt_id = ${attemptId} and turn = ${turn}::int`

interface DueRow extends Omit<DueSpending, 'booked'> {
  /** Whole numbers as text: they may be larger than a double holds. */
  readonly settledNanos: string | null
  readonly settledWrite: BookedSettlement['write'] | null
  readonly settledBefore: string | null
}

async function takeDue(
  tx: Tx,
  { limit, leaseMs, agencyId }: Parameters<SpendingStore['takeDue']>[0],
): Promise<readonly DueSpending[]> {
  const { rows } = await sql<DueRow>`
    with due as (
      select d.agency_id, d.attempt_id from ofm.spending_due d
      where d.due_at <= ofm.now() and ${ofAgency(agencyId)}
      order by d.due_at
      limit ${limit}::int
      for update skip locked
    )
    update ofm.spending_due d set due_at = ofm.now() + ${leaseMs}::double precision * interval '1 ms', turn = d.turn + 1
    from due where d.agency_id = due.agency_id and d.attempt_id = due.attempt_id
    returning d.agency_id as "agencyId", d.publication_id as "publicationId", d.attempt_id as "attemptId", d.turn,
      d.settled_nanos::text as "settledNanos", d.settled_write as "settledWrite", d.settled_before::text as "settledBefore",
      ofm.ms(ofm.now()) as now`.execute(tx)
  return rows.map(({ settledNanos, settledWrite, settledBefore, ...due }) => ({
    ...due,
    booked: toBooked(settledNanos, settledWrite, settledBefore),
  }))
}

function toBooked(
  nanos: string | null,
  write: BookedSettlement['write'] | null,
  before: string | null,
): BookedSettlement | null {
  if (nanos === null || write === null) return null
  return { amountNanos: BigInt(nanos), write, beforeNanos: before === null ? null : BigInt(before) }
}

async function readAttempt(tx: Tx, { agencyId, attemptId }: DueSpending): Promise<AttemptRecord | null> {
  const { rows } = await sql<{ attempt: AttemptRecord }>`
    select to_jsonb(one) as attempt from (
      select ${toSelection('a', attemptKeyColumns)}, ${toSelection('a', attemptResultColumns)}
      from ofm.attempt a where a.agency_id = ${agencyId} and a.attempt_id = ${attemptId}
    ) as one`.execute(tx)
  return rows[0]?.attempt ?? null
}

async function book(tx: Tx, due: DueSpending, { amountNanos, write, beforeNanos }: BookedSettlement): Promise<boolean> {
  const { rows } = await sql`
    update ofm.spending_due set settled_nanos = ${amountNanos.toString()}::numeric, settled_write = ${write},
      settled_before = ${beforeNanos === null ? null : beforeNanos.toString()}::numeric
    where ${isSeen(due)} returning attempt_id`.execute(tx)
  return rows.length > 0
}

async function readAgency(tx: Tx, agencyId: AgencyId): Promise<string> {
  const { rows } = await sql<{ agency: string }>`
    select coalesce(external_id, agency_id) as agency from ofm.agency where agency_id = ${agencyId}`.execute(tx)
  return rows[0]?.agency ?? agencyId
}

async function readSpender(tx: Tx, agencyId: AgencyId, creatorId: CreatorId) {
  const { rows } = await sql<{ agency: string; creator: string }>`
    select coalesce(a.external_id, a.agency_id) as agency, coalesce(c.external_id, c.creator_id) as creator
    from ofm.creator c join ofm.agency a on a.agency_id = c.agency_id
    where c.agency_id = ${agencyId} and c.creator_id = ${creatorId}`.execute(tx)
  return rows[0] ?? { agency: agencyId, creator: creatorId }
}
