import { withWatching } from '../budget-match.ts'
import type { FinishAnswer, FinishItem, StoreRefusal } from '../ledger-store.ts'
import { answerInRounds, type Placed } from './answer-in-rounds.ts'
import {
  type FinishBatchAnswer,
  type PeriodsById,
  type StoredPeriod,
  toEndedRow,
  toPeriods,
  toReservationRow,
} from './answers.ts'
import type { Database } from './database.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import { type Paths, toVersions } from './paths.ts'
import { findMismatch } from './reserve-batch.ts'

type PlacedPath = Placed<FinishItem> & { readonly path: readonly StoredPeriod[] | StoreRefusal | null }

/** Settles and releases many at once, in one call of the database. */
export function finishBatch(
  { database, paths }: LedgerDatabase,
  tenant: string,
  items: readonly FinishItem[],
): Promise<readonly FinishAnswer[]> {
  return answerInRounds<FinishItem, FinishAnswer>(items, async (placed) => {
    const batch = await withPaths(paths, tenant, placed)
    const readAnswer = createAnswerReader(await call(database, tenant, batch))
    const answers: (readonly [place: number, answer: FinishAnswer])[] = []
    const again: Placed<FinishItem>[] = []
    for (const one of batch) {
      const answer = readAnswer(one)
      if (answer.status !== 'stale') answers.push([one.place, answer])
      else {
        again.push(one)
        if (one.item.budget !== null) paths.forget(tenant, one.item.budget)
      }
    }
    return { answers, again }
  })
}

/** Where it is booked when nobody reserved it. What is remembered is enough: the database says when it is not so any more. */
async function withPaths(
  paths: Paths,
  tenant: string,
  placed: readonly Placed<FinishItem>[],
): Promise<readonly PlacedPath[]> {
  const names = placed.flatMap(({ item }) => item.budget ?? [])
  const known = names.length === 0 ? new Map() : await paths.recall(tenant, names)
  return placed.map(({ item, place }) => ({ item, place, path: findPath(known, item) }))
}

function findPath(known: Awaited<ReturnType<Paths['recall']>>, item: FinishItem): PlacedPath['path'] {
  if (item.budget === null) return null
  const path = known.get(item.budget) ?? { status: 'unknown_budget' as const, budget: item.budget }
  if ('status' in path) return path
  const levels = withWatching(path.levels, path.watching, item)
  return findMismatch(levels, item.currency) ?? levels
}

async function call(database: Database, tenant: string, batch: readonly PlacedPath[]): Promise<FinishBatchAnswer> {
  const more = new Set<string>()
  const given = batch.map(({ item, path }) => {
    const levels = path && !('status' in path) ? path : undefined
    const ids = levels?.map(({ periodId }) => periodId)
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
      versions: (levels && toVersions(levels)) ?? undefined,
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
}: FinishBatchAnswer): (placed: PlacedPath) => FinishAnswer | { readonly status: 'stale' } {
  const byId: PeriodsById = toPeriods(periods)
  const refusals = new Map(refused.map(({ id, status }) => [id, status]))
  const endedById = new Map(ended.map((tuple) => [tuple[0], tuple]))
  const other = new Map(stored?.map((reservation) => [reservation.id, reservation]))
  return ({ item, path }) => {
    const status = refusals.get(item.id)
    const known = other.get(item.id)
    if (status === 'currency_mismatch' && known) return { status, budget: known.budget, currency: known.currency }
    if (status === 'unknown_reservation' && path && 'status' in path) return path
    if (status === 'unknown_reservation' || status === 'already_settled' || status === 'stale') return { status }
    const tuple = endedById.get(item.id)
    if (tuple) return { status: 'done', row: toEndedRow(tuple, byId) }
    return known ? { status: 'done', row: toReservationRow(known, byId) } : { status: 'unknown_reservation' }
  }
}
