import { sql } from 'kysely'
import type { KeyStore, WrappedKey } from '../../secrets/key-store.ts'
import type { Database, Tx } from '../database.ts'
import { toDate } from './rows.ts'

interface KeyRow extends Omit<WrappedKey, 'destroyedAt'> {
  readonly destroyedAt: number | null
}

const columns = sql`key_id as "keyId", agency_id as "agencyId", creator_id as "creatorId", wrapped_by as "wrappedBy", wrapped,
  ofm.ms(destroyed_at) as "destroyedAt"`

const toKey = (row: KeyRow): WrappedKey => ({ ...row, destroyedAt: toDate(row.destroyedAt) })

/** Wrapped data keys in a table beside the data. */
export function createPostgresKeyStore(database: Database): KeyStore {
  return {
    readActive: (owner) => database.inScope(owner, (tx) => readActive(tx, owner)),
    read: ({ agencyId, keyId }) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<KeyRow>`
          select ${columns} from ofm.data_key where agency_id = ${agencyId} and key_id = ${keyId}`.execute(tx)
        return rows[0] ? toKey(rows[0]) : null
      }),
    add: (key) => database.inScope(key, (tx) => add(tx, key)),
    readWrappedByOthers: (agencyId, { wrappedBy, limit }) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<KeyRow>`
          select ${columns} from ofm.data_key
          where agency_id = ${agencyId} and wrapped_by <> ${wrappedBy} and destroyed_at is null
          order by key_id limit ${limit}::int`.execute(tx)
        return rows.map(toKey)
      }),
    rewrap: (key, from) =>
      database.inScope(key, async (tx) => {
        const { rows } = await sql`
          update ofm.data_key set wrapped_by = ${key.wrappedBy}, wrapped = ${key.wrapped}
          where agency_id = ${key.agencyId} and key_id = ${key.keyId} and wrapped_by = ${from.wrappedBy} and destroyed_at is null
          returning key_id`.execute(tx)
        return rows.length > 0
      }),
    destroy: (owner) => database.inScope(owner, (tx) => destroy(tx, owner)),
  }
}

type Owner = Parameters<KeyStore['readActive']>[0]

async function readActive(tx: Tx, owner: Owner): Promise<WrappedKey | null> {
  const { rows } = await sql<KeyRow>`
    select ${columns} from ofm.data_key
    where agency_id = ${owner.agencyId} and creator_id = ${owner.creatorId}
    order by number desc limit 1`.execute(tx)
  return rows[0] ? toKey(rows[0]) : null
}

async function add(tx: Tx, key: Omit<WrappedKey, 'destroyedAt'>): Promise<WrappedKey> {
  await sql`
    insert into ofm.data_key (agency_id, key_id, creator_id, wrapped_by, wrapped)
    values (${key.agencyId}, ${key.keyId}, ${key.creatorId}, ${key.wrappedBy}, ${key.wrapped})
    on conflict (agency_id, creator_id, number) do nothing`.execute(tx)
  const stored = await readActive(tx, key)
  if (!stored) throw new Error(`data key ${key.keyId} was not stored`)
  return stored
}

/** The first row stands for the creator when there was no key: a later `add` then finds a tombstone. */
async function destroy(tx: Tx, owner: Owner): Promise<void> {
  await sql`
    insert into ofm.data_key (agency_id, key_id, creator_id, wrapped_by, wrapped, destroyed_at)
    values (${owner.agencyId}, ofm.new_id('key'), ${owner.creatorId}, '', ''::bytea, ofm.now())
    on conflict (agency_id, creator_id, number) do nothing`.execute(tx)
  await sql`
    update ofm.data_key set wrapped = ''::bytea, destroyed_at = ofm.now()
    where agency_id = ${owner.agencyId} and creator_id = ${owner.creatorId} and destroyed_at is null`.execute(tx)
}
