import { sql } from 'kysely'
import type { ConnectState, ConnectStateStore } from '../../accounts/connect-state-store.ts'
import type { Database } from '../database.ts'
import { toDate } from './rows.ts'

export function createPostgresConnectStateStore(database: Database): ConnectStateStore {
  return {
    add: (agencyId, state, lifeMs) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`delete from ofm.connect_state where agency_id = ${agencyId} and expires_at <= ofm.now()`.execute(tx)
        const { rows } = await sql<{ expiresAt: number }>`
          insert into ofm.connect_state (agency_id, state_hash, creator_id, platform, redirect_uri, return_to, key_id, verifier_box, expires_at)
          values (${agencyId}, ${state.hash}, ${state.creatorId}, ${state.platform}, ${state.redirectUri}, ${state.returnTo}, ${state.keyId},
            ${state.verifierBox}, ofm.now() + ${lifeMs}::double precision * interval '1 ms')
          returning ofm.ms(expires_at) as "expiresAt"`.execute(tx)
        const row = rows[0]
        if (!row) throw new Error('the connect state was not stored')
        return toDate(row.expiresAt)
      }),
    take: (agencyId, hash) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<ConnectState>`
          delete from ofm.connect_state
          where agency_id = ${agencyId} and state_hash = ${hash} and expires_at > ofm.now()
          returning state_hash as "hash", creator_id as "creatorId", platform, redirect_uri as "redirectUri", return_to as "returnTo",
            key_id as "keyId", verifier_box as "verifierBox"`.execute(tx)
        return rows[0] ?? null
      }),
  }
}
