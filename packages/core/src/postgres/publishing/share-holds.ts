import { sql } from 'kysely'
import type { Hold } from '../../model/hold.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { type Held, toLimitEnd } from '../../publishing/limit-end.ts'
import type { Change, SharedHold } from '../../publishing/publishing-store.ts'
import { setLocally, type Tx } from '../database.ts'

/** Lets a hold reach every publication of the account, the app or the address. The latest word of a reason counts. */
export async function shareHolds(tx: Tx, publication: PublicationRecord, holds: Change['sharedHolds']): Promise<void> {
  for (const shared of holds ?? []) {
    const { scope, hold } = shared
    const own = scope === 'account'
    const row = {
      agencyId: own ? publication.agencyId : '*',
      key: own ? publication.accountId : await readSharedKey(tx, publication, scope),
      creatorId: own ? publication.creatorId : null,
    }
    await inInstallation(tx, own ? null : publication.agencyId, async () => {
      const until = shared.longerWaitsMs ? await readLimitEnd(tx, row, shared) : hold.until
      if (until !== undefined) await putHold(tx, row, { ...hold, scope, until })
    })
  }
}

interface HoldRow {
  readonly agencyId: string
  readonly key: string
  readonly creatorId: string | null
}

/** The row stays when a hold is over: it tells how long the last one was. */
async function readLimitEnd(
  tx: Tx,
  { agencyId, key }: HoldRow,
  shared: SharedHold,
): Promise<number | null | undefined> {
  const { rows } = await sql<Held & { now: number }>`
    select ofm.ms(since) as since, ofm.ms(until) as until, ofm.ms(ofm.now()) as now from ofm.hold
    where agency_id = ${agencyId} and scope = ${shared.scope} and key = ${key} and reason = ${shared.hold.reason}
    for update`.execute(tx)
  const [last] = rows
  return last ? toLimitEnd(shared, last, last.now) : shared.hold.until
}

async function putHold(tx: Tx, { agencyId, key, creatorId }: HoldRow, hold: Hold): Promise<void> {
  await sql`
    insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by, until)
    values (${agencyId}, ${hold.scope}, ${key}, ${hold.reason}, ${creatorId}, ${hold.message}, 'engine', ofm.at(${hold.until}::double precision))
    on conflict (agency_id, scope, key, reason) do update set message = excluded.message, since = ofm.now(), until = excluded.until`.execute(
    tx,
  )
}

/** The app that speaks for the account; an address is limited by each platform for itself. */
async function readSharedKey(
  tx: Tx,
  account: Pick<PublicationRecord, 'agencyId' | 'accountId' | 'platform'>,
  scope: 'app' | 'egress',
): Promise<string> {
  if (scope === 'egress') return account.platform
  const { rows } = await sql<{ app_key: string | null }>`
    select app_key from ofm.account where agency_id = ${account.agencyId} and account_id = ${account.accountId}`.execute(
    tx,
  )
  return rows[0]?.app_key ?? account.platform
}

/** Rows of the installation are written in its own scope, for this one statement. */
async function inInstallation<Result>(tx: Tx, agencyId: string | null, write: () => Promise<Result>): Promise<Result> {
  if (agencyId === null) return write()
  await setLocally(tx, { 'ofm.agency_id': '*' })
  const result = await write()
  await setLocally(tx, { 'ofm.agency_id': agencyId })
  return result
}
