import { withWatching } from '../budget-match.ts'
import type { PeriodRow, ReserveAnswer, ReserveItem, StoreRefusal } from '../ledger-store.ts'
import { findRefusal } from '../refusal.ts'
import { findRenewal } from '../rolling-window.ts'
import { answerInRounds, type Placed } from './answer-in-rounds.ts'
import {
  type PeriodsById,
  type ReserveBatchAnswer,
  type StoredAnswer,
  type StoredPeriod,
  type StoredReservation,
  toLevels,
  toPeriods,
  toReservationRow,
} from './answers.ts'
import type { Database } from './database.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import type { Paths } from './paths.ts'

type PlacedPath = Placed<ReserveItem> & { readonly path: readonly StoredPeriod[] }
type PlacedRefusal = Placed<ReserveItem> & { readonly refusal: StoreRefusal }

/** Reserves many at once: one call of the database, unless a period has ended or something expired stands in the way. */
export function reserveBatch(
  { database, paths }: LedgerDatabase,
  tenant: string,
  items: readonly ReserveItem[],
): Promise<readonly ReserveAnswer[]> {
  let swept = false
  return answerInRounds<ReserveItem, ReserveAnswer>(items, async (placed) => {
    const { batch, refused } = await withPaths(paths, tenant, placed)
    const answers = refused.length > 0 ? [...(await answerRefused(database, tenant, refused))] : []
    const again: Placed<ReserveItem>[] = []
    if (batch.length === 0) return { answers, again }
    const answer = await call(database, tenant, batch)
    const mayBeSwept = answer.due && !swept
    for (const [one, verdict] of readVerdicts(batch, answer)) {
      if (verdict.status === 'stale') paths.forget(tenant, one.item.budget)
      const blocked = verdict.status === 'exceeded' && mayBeSwept
      swept ||= blocked
      if (verdict.status === 'stale' || blocked) again.push(one)
      else answers.push([one.place, verdict])
    }
    if (mayBeSwept && swept) while (Number(await database.call('sweep', tenant, sweepMax)) === sweepMax);
    return { answers, again }
  })
}

const sweepMax = 500

/** What can be asked of the database, and what is refused by the paths alone. */
async function withPaths(
  paths: Paths,
  tenant: string,
  placed: readonly Placed<ReserveItem>[],
): Promise<{ readonly batch: readonly PlacedPath[]; readonly refused: readonly PlacedRefusal[] }> {
  const known = await paths.recall(
    tenant,
    placed.map(({ item }) => item.budget),
  )
  const batch: PlacedPath[] = []
  const refused: PlacedRefusal[] = []
  for (const { item, place } of placed) {
    const path = known.get(item.budget) ?? { status: 'unknown_budget' as const, budget: item.budget }
    const levels = 'status' in path ? [] : withWatching(path.levels, path.watching, item)
    const refusal = 'status' in path ? path : findRefused(levels, path.readAt, item.currency)
    if (refusal) refused.push({ item, place, refusal })
    else batch.push({ item, place, path: levels })
  }
  return { batch, refused }
}

function findRefused(path: readonly StoredPeriod[], readAt: number | null, currency: string): StoreRefusal | undefined {
  return findMismatch(path, currency) ?? (readAt === null ? undefined : findRefusal(path, 0n, readAt))
}

/** What was reserved before is answered as it was, also when nothing would be reserved from its path now. */
async function answerRefused(
  database: Database,
  tenant: string,
  refused: readonly PlacedRefusal[],
): Promise<readonly (readonly [place: number, answer: ReserveAnswer])[]> {
  const ids = refused.map(({ item }) => item.id)
  const { stored, periods } = (await database.call('read_stored', tenant, ids)) as StoredAnswer
  const known = new Map(stored.map((reservation) => [reservation.id, reservation]))
  const byId = toPeriods(periods)
  return refused.map(({ item, place, refusal }) => {
    const reservation = known.get(item.id)
    return [place, reservation ? answerRepeat(reservation, item, byId) : refusal]
  })
}

export function findMismatch(path: readonly PeriodRow[], currency: string | null): StoreRefusal | undefined {
  const level = path.find((period) => period.currency !== currency)
  return level && { status: 'currency_mismatch', budget: level.budget, currency: level.currency }
}

async function call(database: Database, tenant: string, batch: readonly PlacedPath[]): Promise<ReserveBatchAnswer> {
  const sums = new Map<string, bigint>()
  const versions = new Map<string, number>()
  const given = batch.map(({ item, path }) => {
    for (const { periodId, matchVersion } of path) {
      sums.set(periodId, (sums.get(periodId) ?? 0n) + item.amountNanos)
      if (matchVersion > 0) versions.set(periodId, matchVersion)
    }
    return {
      id: item.id,
      budget: item.budget,
      currency: item.currency,
      amount: item.amountNanos.toString(),
      path: path.map(({ periodId }) => periodId),
      lifetime: item.lifetimeMs,
      lost: item.ifLostNanos?.toString(),
      dispatched: item.dispatched === 'yes',
      fingerprint: item.fingerprint,
      reference: item.reference ?? undefined,
      details: item.details ?? undefined,
    }
  })
  const sumTexts = [...sums.values()].map(String)
  const known = versions.size === 0 ? null : [...sums.keys()].map((periodId) => versions.get(periodId) ?? 0)
  return (await database.call(
    'reserve',
    tenant,
    [...sums.keys()],
    sumTexts,
    known,
    JSON.stringify(given),
  )) as ReserveBatchAnswer
}

type Verdict = ReserveAnswer | { readonly status: 'stale' }

function readVerdicts(
  batch: readonly PlacedPath[],
  answer: ReserveBatchAnswer,
): readonly (readonly [placed: PlacedPath, verdict: Verdict])[] {
  const periods = toPeriods(answer.periods, answer.falls)
  const fresh = answer.fresh ? new Set(answer.fresh) : undefined
  const stored = new Map(answer.stored?.map((reservation) => [reservation.id, reservation]))
  const read = (placed: PlacedPath, verdict: string | null): Verdict => {
    const { item } = placed
    if (verdict === null && (!fresh || fresh.has(item.id))) return toOpened(placed, answer.now, periods)
    const known = stored.get(item.id)
    if (known) return answerRepeat(known, item, periods)
    const [status = '', periodId = ''] = (verdict ?? 'stale').split(' ')
    const period = periods.get(periodId)
    if (period && status === 'exceeded') return { status, period, renewsAt: findRenewal(period, item.amountNanos) }
    if (period && (status === 'frozen' || status === 'closed')) return { status, period }
    return { status: 'stale' }
  }
  return batch.map((placed, index) => [placed, read(placed, answer.verdicts?.[index] ?? null)])
}

function toOpened({ item, path }: PlacedPath, now: number, periods: PeriodsById): ReserveAnswer {
  const { id, budget, currency, amountNanos, lifetimeMs } = item
  const levels = toLevels(
    path.map(({ periodId }) => periodId),
    periods,
  )
  const expiresAt = now + lifetimeMs
  return {
    status: 'done',
    row: { id, budget, currency, amountNanos, state: 'open', settledNanos: null, marks: [], expiresAt, levels },
  }
}

function answerRepeat(stored: StoredReservation, item: ReserveItem, periods: PeriodsById): ReserveAnswer {
  if (stored.unreserved) return { status: 'already_settled' }
  if (stored.fingerprint !== item.fingerprint) return { status: 'key_conflict' }
  return { status: 'done', row: toReservationRow(stored, periods) }
}
