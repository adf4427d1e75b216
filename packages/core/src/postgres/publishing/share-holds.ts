import { sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Change } from '../../publishing/publishing-store.ts'
import { setLocally, type Tx } from '../database.ts'

/** Lets a hold reach every publication of the account, the app or the address. The latest word of a reason counts. */
export async function shareHolds(tx: Tx, publication: PublicationRecord, holds: Change['sharedHolds']): Promise<void> {
  for (const { scope, hold } of holds ?? []) {
    const own = scope === 'account'
    const key = own ? publication.accountId : await readSharedKey(tx, publication, scope)
    await inInstallation(tx, own ? null : publication.agencyId, () =>
      sql`
        insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by, until)
        values (${own ? publication.agencyId : '*'}, ${scope}, ${key}, ${hold.reason}, ${own ? publication.creatorId : null}, ${hold.message}, 'engine',
          ofm.at(${hold.until}::double precision))
        on conflict (agency_id, scope, key, reason) do update set message = excluded.message, since = ofm.now(), until = excluded.until`.execute(
        tx,
      ),
    )
  }
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
