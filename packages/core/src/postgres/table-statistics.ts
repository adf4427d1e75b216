import { type Kysely, sql } from 'kysely'

/** What the planner knows about the tables of a database where nobody else tells it. */
export interface TableStatistics {
  /** A transaction has ended. Now and then, what has changed much since the last time is counted again. */
  noteTransaction(): Promise<void>
}

/** Then after twice as many as before, and at least each time that the most have ended. */
const TRANSACTIONS_MIN = 64
const TRANSACTIONS_MAX = 4_096
/** A tenth of what autovacuum samples: a moment, however large a table is. */
const STATISTICS_TARGET = 10

/**
 * PGlite has no autovacuum, and a planner that knows nothing takes any index that begins with the agency: each step then reads all that the agency has.
 */
export function createTableStatistics(kysely: Kysely<unknown>): TableStatistics {
  let ended = 0
  let next = TRANSACTIONS_MIN
  return {
    async noteTransaction() {
      ended += 1
      if (ended < next) return
      next += Math.min(next, TRANSACTIONS_MAX)
      // The transaction that came before is done: nothing here may make it fail.
      await analyzeChanged(kysely).catch(() => undefined)
    },
  }
}

/** As autovacuum chooses: https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM */
async function analyzeChanged(kysely: Kysely<unknown>): Promise<void> {
  // Changes are made known once a second otherwise, and many transactions end in one.
  await sql`select pg_stat_force_next_flush()`.execute(kysely)
  await kysely.transaction().execute(async (tx) => {
    const { rows } = await sql<{ name: string }>`
      select quote_ident(schemaname) || '.' || quote_ident(relname) as name, set_config('default_statistics_target', ${String(STATISTICS_TARGET)}, true)
      from pg_stat_user_tables
      where schemaname = 'ofm' and n_mod_since_analyze > 20 + n_live_tup / 10`.execute(tx)
    if (rows.length > 0) await sql.raw(`analyze ${rows.map(({ name }) => name).join(', ')}`).execute(tx)
  })
}
