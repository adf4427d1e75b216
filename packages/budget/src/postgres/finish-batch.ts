import type { FinishAnswer, FinishItem, PeriodRow, StoreRefusal } from '../ledger-store.ts'
import { type FinishBatchAnswer, type PeriodsById, toEndedRow, toPeriods, toReservationRow } from './answers.ts'
import type { Database } from './database.ts'
import type { Paths } from './paths.ts'
import { firstOfEachId, type Placed } from './placed.ts'
import { findMismatch } from './reserve-batch.ts'

type PlacedPath = Placed<FinishItem> & { readonly path: readonly PeriodRow[] | StoreRefusal | null }

/** Settles and releases many at once, in one call of the database. */
export async function finishBatch(
  database: Database,
  paths: Paths,
  tenant: string,
  items: readonly FinishItem[],
): Promise<readonly FinishAnswer[]> {
  const answers = new Map<number, FinishAnswer>()
  let waiting: readonly Placed<FinishItem>[] = items.map((item, place) => ({ item, place }))
  while (waiting.length > 0) {
    const { first, later } = firstOfEachId(waiting)
    const batch: PlacedPath[] = []
    for (const placed of first) batch.push({ ...placed, path: await readPath(paths, tenant, placed.item) })
    const readAnswer = createAnswerReader(await call(database, tenant, batch))
    for (const placed of batch) answers.set(placed.place, readAnswer(placed))
    waiting = later
  }
  return items.map((_, place) => answers.get(place) ?? { status: 'unknown_reservation' })
}

/** Where it is booked when nobody reserved it: as things are now, not as they were remembered. */
async function readPath(paths: Paths, tenant: string, { budget, currency }: FinishItem): Promise<PlacedPath['path']> {
  if (budget === null) return null
  const path = await paths.readLevels(tenant, budget)
  return 'status' in path ? path : (findMismatch(path, currency) ?? path)
}

async function call(database: Database, tenant: string, batch: readonly PlacedPath[]): Promise<FinishBatchAnswer> {
  const more = new Set<string>()
  const given = batch.map(({ item, path }) => {
    const ids = path && !('status' in path) ? path.map(({ periodId }) => periodId) : undefined
    for (const id of ids ?? []) more.add(id)
    return {
      id: item.id,
      kind: item.kind,
      currency: item.currency ?? undefined,
      cost: item.costNanos.toString(),
      fingerprint: item.fingerprint,
      reason: item.reason ?? undefined,
      budget: item.budget ?? undefined,
      path: ids,
      reference: item.reference ?? undefined,
      details: item.details ?? undefined,
    }
  })
  const ids = batch.map(({ item }) => item.id)
  return (await database.call('finish', tenant, ids, [...more], JSON.stringify(given))) as FinishBatchAnswer
}

function createAnswerReader({
  ended,
  refused,
  stored,
  periods,
}: FinishBatchAnswer): (placed: PlacedPath) => FinishAnswer {
  const byId: PeriodsById = toPeriods(periods)
  const refusals = new Map(refused.map(({ id, status }) => [id, status]))
  const endedById = new Map(ended.map((tuple) => [tuple[0], tuple]))
  const other = new Map(stored?.map((reservation) => [reservation.id, reservation]))
  return ({ item, path }) => {
    const status = refusals.get(item.id)
    const known = other.get(item.id)
    if (status === 'currency_mismatch' && known) return { status, budget: known.budget, currency: known.currency }
    if (status === 'unknown_reservation' && path && 'status' in path) return path
    if (status === 'unknown_reservation' || status === 'already_settled') return { status }
    const tuple = endedById.get(item.id)
    if (tuple) return { status: 'done', row: toEndedRow(tuple, byId) }
    return known ? { status: 'done', row: toReservationRow(known, byId) } : { status: 'unknown_reservation' }
  }
}
