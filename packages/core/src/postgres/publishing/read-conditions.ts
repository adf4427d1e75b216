import { type RawBuilder, sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Conditions, PublicationKey } from '../../publishing/publishing-store.ts'
import type { PublishLimits } from '../../publishing/rate-hold.ts'
import { LATE_MS, TURN_GRACE_MS } from '../../publishing/timing.ts'
import type { Tx } from '../database.ts'
import { toUsedUpWindows } from './used-up-windows.ts'

/** Which rows of `ofm.hold` cover a publication `p` of an account `a`. */
export const covering = sql`(h.scope, h.key) in (
  ('everything', '*'), ('platform', p.platform), ('agency', p.agency_id), ('creator', p.creator_id), ('account', p.account_id),
  ('app', coalesce(a.app_key, p.platform)), ('egress', p.platform))`

const holds = sql`
  select coalesce(jsonb_agg(jsonb_build_object('reason', h.reason, 'scope', h.scope, 'message', h.message, 'until', ofm.ms(h.until))
      || case when h.reason = 'paused' then jsonb_build_object('by', h.by) else '{}' end
    order by h.reason <> 'paused', h.until is not null, h.until desc), '[]')
  from ofm.hold h
  where h.agency_id in (p.agency_id, '*') and (h.until is null or h.until > ofm.now()) and ${covering}`

/** Parts that must wait because a listing could not tell them from one that is out. */
const lookAlikes = sql`
  select coalesce(jsonb_agg(t.part_id order by t.index), '[]')
  from ofm.part t
  where t.agency_id = p.agency_id and t.publication_id = p.publication_id and exists (
    select from ofm.part other
    where other.agency_id = t.agency_id and other.account_id = t.account_id and other.likeness = t.likeness
      and other.state in ('publishing', 'unknown') and (other.publication_id, other.index) <> (t.publication_id, t.index))`

const lastStart = sql`
  select max(attempt.started_at)
  from ofm.attempt
  where attempt.agency_id = p.agency_id and attempt.account_id = p.account_id and attempt.publication_id <> p.publication_id`

const nowMs = sql`ofm.ms(ofm.now())`
const hasWaited = sql`coalesce(p.hold->>'reason' = 'spacing' and (p.hold->>'until')::double precision <= ${nowMs}, false)`

/** A late post whose turn is not yet (`isAhead`): of others that are late too, or not known to be held, the earlier goes first. */
const isBehind = sql`(p.spaced or ofm.now() > p.due_at + ${LATE_MS}::double precision * interval '1 ms') and a.spacing_ms > 0 and exists (
  select from ofm.publication q
  where q.agency_id = p.agency_id and q.account_id = p.account_id and q.state in ('scheduled', 'ready')
    and (q.due_at, q.publication_id collate "C") < (p.due_at, p.publication_id collate "C")
    and q.cancel_requested_at is null and q.latest_by > ofm.now()
    and case when q.hold->>'reason' = 'spacing' then (q.hold->>'until')::double precision > ${nowMs} - ${TURN_GRACE_MS}::double precision
      when q.hold is null or q.hold->>'reason' in ('paused', 'connection') or (q.hold->>'until')::double precision <= ${nowMs} then not ${hasWaited}
      else false end)`

const spacedUntil = sql`
  select case when ${isBehind} and spaced.until <= ${nowMs} then ${nowMs} + a.spacing_ms else spaced.until end
  from (select coalesce(ofm.ms((${lastStart})) + a.spacing_ms, 0) as until) as spaced`

/** For a row `p` of `ofm.publication` and the row `a` of its account, if there is one. */
export const toConditions = (limits: PublishLimits = {}): RawBuilder<Conditions> => sql<Conditions>`jsonb_build_object(
  'connection', coalesce((select c.state from ofm.connection c where c.agency_id = p.agency_id and c.account_id = p.account_id), 'none'),
  'connectionReason', (select c.reason from ofm.connection c where c.agency_id = p.agency_id and c.account_id = p.account_id),
  'afterUnknown', coalesce(a.after_unknown, 'ask'),
  'holds', (${holds}),
  'lookAlikes', (${lookAlikes}),
  'spacedUntil', (${spacedUntil}),
  'windows', (${toUsedUpWindows(limits)}),
  'factsExpireAt', (select ofm.ms(f.expires_at) from ofm.facts f
    where f.agency_id = p.agency_id and f.account_id = p.account_id and f.target = coalesce(p.target, '')))`

/** What `nextStep` and the transitions need beside the publication, in one statement. */
export async function readConditions(tx: Tx, key: PublicationKey, limits?: PublishLimits): Promise<Conditions> {
  const { rows } = await sql<{ conditions: Conditions }>`
    select ${toConditions(limits)} as conditions
    from ofm.publication p left join ofm.account a on a.agency_id = p.agency_id and a.account_id = p.account_id
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  const found = rows[0]?.conditions
  if (!found) throw new Error(`publication ${key.publicationId} has gone`)
  return found
}

/** One after the other: late posts of an account see each other's start. No row is locked, so that commands on the account cannot wait in a circle. */
export async function lockSpacing(tx: Tx, { agencyId, accountId }: PublicationRecord): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`ofm.spacing ${agencyId} ${accountId}`}::text, 0))`.execute(
    tx,
  )
}
