import { sql } from 'kysely'
import type { LoginChoice, LoginChoiceStore } from '../../accounts/login-choice-store.ts'
import type { SealedTokens } from '../../accounts/sealed-tokens.ts'
import type { Database } from '../database.ts'
import { toDate, toTextArray } from './rows.ts'

export function createPostgresLoginChoiceStore(database: Database): LoginChoiceStore {
  return {
    add: (agencyId, choice, lifeMs) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`delete from ofm.login_choice where agency_id = ${agencyId} and expires_at <= ofm.now()`.execute(tx)
        const { hash, tokens } = choice
        const { rows } = await sql<{ expiresAt: number }>`
          insert into ofm.login_choice (agency_id, state_hash, creator_id, platform, app_key, profiles, scopes, key_id, access_box, refresh_box,
            token_expires_at, return_to, expires_at)
          values (${agencyId}, ${hash}, ${choice.creatorId}, ${choice.platform}, ${choice.appKey}, ${JSON.stringify(choice.profiles)}::text::jsonb,
            ${toTextArray(choice.scopes)}, ${tokens.keyId}, ${tokens.accessBox}, ${tokens.refreshBox},
            ofm.at(${choice.tokensExpireAt}::double precision), ${choice.returnTo}, ofm.now() + ${lifeMs}::double precision * interval '1 ms')
          returning ofm.ms(expires_at) as "expiresAt"`.execute(tx)
        const row = rows[0]
        if (!row) throw new Error('the login choice was not stored')
        return toDate(row.expiresAt)
      }),
    read: (agencyId, hash) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<Omit<LoginChoice, 'tokens'> & SealedTokens>`
          select state_hash as "hash", creator_id as "creatorId", platform, app_key as "appKey", profiles, scopes, key_id as "keyId",
            access_box as "accessBox", refresh_box as "refreshBox", ofm.ms(token_expires_at) as "tokensExpireAt", return_to as "returnTo"
          from ofm.login_choice
          where agency_id = ${agencyId} and state_hash = ${hash} and expires_at > ofm.now()`.execute(tx)
        if (!rows[0]) return null
        const { keyId, accessBox, refreshBox, ...choice } = rows[0]
        return { ...choice, tokens: { keyId, accessBox, refreshBox } }
      }),
    take: (agencyId, hash) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql`
          delete from ofm.login_choice
          where agency_id = ${agencyId} and state_hash = ${hash} and expires_at > ofm.now()
          returning state_hash`.execute(tx)
        return rows.length > 0
      }),
  }
}
