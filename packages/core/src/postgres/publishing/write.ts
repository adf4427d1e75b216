import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../database.ts'

/** One part of a statement that changes several tables, under the name by which the parts after it may read what it returns. */
export interface Write {
  readonly name: string
  readonly statement: RawBuilder<unknown>
}

/** Sends writes, and the call of a function, as one statement, and so in one round trip. None sees what another writes; constraints are checked as ever. */
export async function carryOut(tx: Tx, writes: readonly Write[], call: RawBuilder<unknown> = sql``): Promise<void> {
  if (writes.length === 0) return
  await sql`with ${sql.join(writes.map(({ name, statement }) => sql`${sql.raw(name)} as (${statement})`))} select ${call}`.execute(
    tx,
  )
}
