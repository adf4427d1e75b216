import { sql } from 'kysely'
import type { AccountId, AgencyId, CreatorId, PublicationId } from '../../model/ids.ts'
import type { PublicationEvent } from '../../publishing/publishing-store.ts'
import type { Tx } from '../database.ts'
import { toJson } from './columns.ts'
import { carryOut, type Write } from './write.ts'

/** What an event is about. */
export interface EventSubject {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
  /** Null for an event of the account itself. */
  readonly publicationId: PublicationId | null
}

/** Whether the consumer `c` waits for the event `told`. */
export const isAwaited = sql`(c.pattern in ('*', told.type) or (right(c.pattern, 2) = '.*' and starts_with(told.type, left(c.pattern, -1))))`

/** One row of the history, one of the outbox, and one delivery for each consumer, with the change that caused them (S10). */
export function toEventWrites(subject: EventSubject, events: readonly PublicationEvent[]): readonly Write[] {
  if (events.length === 0) return []
  const rows = events.map((event, order) => ({ order, ...event }))
  return [
    {
      name: 'given',
      statement: sql`
        select ofm.new_id('event') as event_id, ofm.now() as at, given.*
        from jsonb_to_recordset(${toJson(rows)}) as given ("order" int, type text, by text, "partIndex" int, reason jsonb, details jsonb)`,
    },
    {
      name: 'shaped',
      statement: sql`
        select ${subject.agencyId}::text as agency_id, event_id, ${subject.creatorId}::text as creator_id,
          ${subject.publicationId}::text as publication_id, ${subject.accountId}::text as account_id, at, type, by, "partIndex" as part_index, reason,
          coalesce(details, '{}') as details
        from given order by "order"`,
    },
    ...tellShaped,
  ]
}

const columns = sql`agency_id, event_id, creator_id, publication_id, account_id, at, type, by, part_index, reason, details`

/** What `shaped` holds, into the history and to everybody who waits for it. */
const tellShaped: readonly Write[] = [
  { name: 'remembered', statement: sql`insert into ofm.history (${columns}) select ${columns} from shaped` },
  {
    name: 'told',
    statement: sql`
        insert into ofm.event (${columns}) select ${columns} from shaped returning agency_id, event_id, creator_id, position, at, type`,
  },
  {
    name: 'delivered',
    statement: sql`
        insert into ofm.event_delivery (agency_id, event_id, consumer, pattern, creator_id, position, run_at)
        select told.agency_id, told.event_id, c.name, c.pattern, told.creator_id, told.position, told.at
        from told join ofm.consumer c on c.agency_id = told.agency_id
        where ${isAwaited}`,
  },
]

/** One event, the same for each publication that the write `source` returns (`publication_id`, `creator_id`, `account_id`). */
export function toEventWritesOfEach(
  agencyId: string,
  source: string,
  { type, by, reason, details = {} }: PublicationEvent,
): readonly Write[] {
  return [
    {
      name: 'shaped',
      statement: sql`
        select ${agencyId}::text as agency_id, ofm.new_id('event') as event_id, creator_id, publication_id, account_id, ofm.now() as at,
          ${type}::text as type, ${by}::text as by, null::int as part_index, ${reason ? toJson(reason) : null}::jsonb as reason,
          ${toJson(details)}::jsonb as details
        from ${sql.raw(source)} order by publication_id`,
    },
    ...tellShaped,
  ]
}

export async function recordEvents(tx: Tx, subject: EventSubject, events: readonly PublicationEvent[]): Promise<void> {
  await carryOut(tx, toEventWrites(subject, events))
}
