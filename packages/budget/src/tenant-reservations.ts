import { isBudgetError } from './budget-error.ts'
import { assertId } from './input-problems.ts'
import type { TenantLedger } from './ledger.ts'
import type { ExtendItem, FinishItem, ReserveItem } from './ledger-store.ts'
import { createMoney } from './money.ts'
import type { Reservation, ReservationRequest } from './reservation.ts'
import { toAdjustItem, toExtendItem, toRecordItem, toReleaseItem, toReserveItem, toSettleItem } from './store-items.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'
import { toEntry, toReservation } from './to-public.ts'
import { unwrapAnswer } from './unwrap-answer.ts'
import { runWithReservation, type WorkLedger } from './with-reservation.ts'

type Members =
  | 'reserve'
  | 'getReservation'
  | 'dispatch'
  | 'extend'
  | 'settle'
  | 'release'
  | 'record'
  | 'adjust'
  | 'withReservation'

/** What a tenant's work sets aside and does cost. */
export function createTenantReservations(tenant: string, parts: TenantLedgerParts): Pick<TenantLedger, Members> {
  const { host, store, createId } = parts
  const finish = async (item: FinishItem) => {
    parts.sweeper.noteUse()
    const asked = { ...item, amountNanos: item.costNanos }
    return toReservation(unwrapAnswer(await parts.finishing.push(tenant, item), asked))
  }
  const sendExtension = async (item: ExtendItem) => {
    const send = () => parts.convert.extend(tenant, item, (one) => store.extend(tenant, one))
    const first = await send()
    // What has expired stands in nobody's way.
    const answer = first.status === 'exceeded' && (await parts.sweeper.sweep(tenant)) > 0 ? await send() : first
    return toReservation(unwrapAnswer(answer, { ...item, amountNanos: item.byNanos }))
  }
  const extend: TenantLedger['extend'] = async (id, request = {}) => sendExtension(toExtendItem(id, request))
  const ledger: WorkLedger = {
    reserve: (request) => reserveForWork(tenant, parts, request),
    extend,
    book: (item, onProblem) => parts.settlements.book({ tenant, item, onProblem }),
  }
  return {
    async reserve(request) {
      parts.assertOpen()
      parts.sweeper.noteUse()
      return reserveOne(tenant, parts, { item: toReserveItem(request, createId), signal: request.signal })
    },
    async getReservation(id) {
      assertId('id', id)
      return toReservation(unwrapAnswer(await store.readReservation(tenant, id), { id }))
    },
    dispatch: async (id) => sendExtension({ ...toExtendItem(id, {}), lifetimeMs: 'keep', dispatched: 'yes' }),
    extend,
    settle: async (id, cost) => finish(toSettleItem(id, cost)),
    release: async (id, { reason } = {}) => finish(toReleaseItem(id, reason ?? null)),
    record: async (request) => finish(toRecordItem(request, createId)),
    async adjust(request) {
      const item = toAdjustItem(request)
      return toEntry(unwrapAnswer(await store.adjust(tenant, item), item))
    },
    withReservation: (request, work) => runWithReservation({ ledger, host }, request, work),
  }
}

/** While the store is away, work of an open budget begins without a reservation, and is booked when the store is back. */
async function reserveForWork(
  tenant: string,
  parts: TenantLedgerParts,
  request: ReservationRequest,
): Promise<Reservation> {
  parts.assertOpen()
  parts.sweeper.noteUse()
  const item = toReserveItem(request, parts.createId)
  try {
    return await reserveOne(tenant, parts, { item, signal: request.signal })
  } catch (cause) {
    const away = isBudgetError(cause) && cause.code === 'unavailable'
    if (!away || parts.settlements.isFull() || !parts.openPaths.isOpen(tenant, item)) throw cause
    const { id, budget, currency, amountNanos, lifetimeMs } = item
    const message = `The ledger is away, and ${budget} is open: its work begins without a reservation and is booked as ${id}.`
    parts.onProblem({ code: 'unreserved_work', tenant, reservation: id, message, cause })
    return {
      ...{ id, budget, amount: createMoney(currency, amountNanos), state: 'open', settled: null, levels: [] },
      marks: ['unreserved'],
      expiresAt: new Date(parts.host.now() + lifetimeMs),
    }
  }
}

interface SignalledItem {
  readonly item: ReserveItem
  readonly signal: AbortSignal | undefined
}

/** One that was sent before its signal aborted is released when the answer comes. */
async function reserveOne(
  tenant: string,
  { reserving, settlements, openPaths }: TenantLedgerParts,
  { item, signal }: SignalledItem,
): Promise<Reservation> {
  const row = unwrapAnswer(await reserving.push(tenant, item, signal), item)
  openPaths.note(tenant, item, row.levels)
  if (signal?.aborted) {
    await settlements.book({ tenant, item: toReleaseItem(row.id, 'The caller gave up.') })
    signal.throwIfAborted()
  }
  return toReservation(row)
}
