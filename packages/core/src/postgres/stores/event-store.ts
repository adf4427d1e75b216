import { sql } from 'kysely'
import type { Consumer, Delivery, EventStore, OutsideEvent, StoredEvent } from '../../events/event-store.ts'
import type { AgencyId, EventId } from '../../model/ids.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { isAwaited } from '../publishing/record-events.ts'

/** The outbox as a queue of rows per event and consumer. A row that is locked belongs to somebody else for the moment. */
export function createPostgresEventStore(database: Database): EventStore {
  return {
    register: (agencyId, { name, pattern }) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`
          insert into ofm.consumer (agency_id, name, pattern) values (${agencyId}, ${name}, ${pattern})
          on conflict (agency_id, name, pattern) do nothing`.execute(tx)
        await pruneEvents(tx, agencyId)
      }),
    tell: (agencyId, event) => database.inScope({ agencyId }, (tx) => tell(tx, agencyId, event)),
    take: (agencyId, consumers, options) =>
      database.inScope({ agencyId }, (tx) => take(tx, agencyId, consumers, options)),
    finish: (agencyId, deliveryId) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`
          with done as (
            delete from ofm.event_delivery where agency_id = ${agencyId} and delivery_id = ${deliveryId}::bigint
            returning agency_id, event_id, delivery_id
          )
          delete from ofm.event e using done
          where e.agency_id = done.agency_id and e.event_id = done.event_id and not exists (
            select from ofm.event_delivery other
            where other.agency_id = e.agency_id and other.event_id = e.event_id and other.delivery_id <> done.delivery_id)`.execute(
          tx,
        )
      }),
    fail: (agencyId, deliveryId, { retryAfterMs, error }) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`
          update ofm.event_delivery
          set failures = failures + 1, lease_until = null, error = ${error},
            run_at = ofm.now() + coalesce(${retryAfterMs}::double precision, 0) * interval '1 ms',
            parked_at = case when ${retryAfterMs}::double precision is null then ofm.now() end
          where agency_id = ${agencyId} and delivery_id = ${deliveryId}::bigint`.execute(tx)
      }),
  }
}

/** Events that nobody waits for. The history keeps what happened. */
async function pruneEvents(tx: Tx, agencyId: AgencyId): Promise<void> {
  await sql`
    delete from ofm.event where (agency_id, event_id) in (
      select e.agency_id, e.event_id from ofm.event e
      where e.agency_id = ${agencyId} and e.at < ofm.now() - interval '7 days' and not exists (
        select from ofm.event_delivery d where d.agency_id = e.agency_id and d.event_id = e.event_id)
      limit 10000)`.execute(tx)
}

async function tell(tx: Tx, agencyId: AgencyId, { id, type, at, details, by }: OutsideEvent): Promise<void> {
  await sql`
    with told as (
      insert into ofm.event (agency_id, event_id, at, type, by, details)
        values (${agencyId}, ${id}, ofm.at(${at}), ${type}, ${by}, ${toJson(details)})
        on conflict (agency_id, event_id) do nothing returning agency_id, event_id, position, type
    )
    insert into ofm.event_delivery (agency_id, event_id, consumer, pattern, position, run_at)
    select told.agency_id, told.event_id, c.name, c.pattern, told.position, ofm.now()
    from told join ofm.consumer c on c.agency_id = told.agency_id
    where ${isAwaited}`.execute(tx)
}

interface DeliveryRow extends Consumer {
  readonly delivery: string
  readonly failures: number
  readonly id: EventId
  readonly type: string
  readonly at: number
  readonly publicationId: string | null
  readonly accountId: string | null
  readonly partIndex: number | null
  readonly reason: StoredEvent['reason']
  readonly details: StoredEvent['details']
  readonly by: string
}

async function take(
  tx: Tx,
  agencyId: AgencyId,
  consumers: readonly Consumer[],
  { limit, leaseMs }: Parameters<EventStore['take']>[2],
): Promise<readonly Delivery[]> {
  const { rows } = await sql<DeliveryRow>`
    with due as (
      select d.agency_id, d.delivery_id
      from ofm.event_delivery d
        join jsonb_to_recordset(${toJson(consumers)}) as mine (name text, pattern text) on mine.name = d.consumer and mine.pattern = d.pattern
      where d.agency_id = ${agencyId} and d.parked_at is null and d.run_at <= ofm.now() and (d.lease_until is null or d.lease_until <= ofm.now())
      order by d.position, d.delivery_id
      limit ${limit}::int
      for update of d skip locked
    ), taken as (
      update ofm.event_delivery d set lease_until = ofm.now() + ${leaseMs}::double precision * interval '1 ms'
      from due where d.agency_id = due.agency_id and d.delivery_id = due.delivery_id
      returning d.*
    )
    select t.delivery_id::text as delivery, t.consumer as name, t.pattern, t.failures, e.event_id as id, e.type, ofm.ms(e.at) as at,
      e.publication_id as "publicationId", e.account_id as "accountId", e.part_index as "partIndex", e.reason, e.details, e.by
    from taken t join ofm.event e on e.agency_id = t.agency_id and e.event_id = t.event_id
    order by t.position, t.delivery_id`.execute(tx)
  return rows.map(toDelivery)
}

function toDelivery({ delivery, name, pattern, failures, publicationId, accountId, ...event }: DeliveryRow): Delivery {
  return {
    id: delivery,
    consumer: { name, pattern },
    failures,
    event: { ...event, subject: toSubject(publicationId, accountId) },
  }
}

function toSubject(publicationId: string | null, accountId: string | null): StoredEvent['subject'] {
  if (publicationId !== null) return { kind: 'publication', id: publicationId }
  return accountId === null ? { kind: 'budget' } : { kind: 'account', id: accountId }
}
