import { sql } from 'kysely'
import type { Database } from '../database.ts'

/** The database's clock in a test: a row that stands still until it is advanced. */
export interface TestClock {
  /** Epoch milliseconds. */
  read(): Promise<number>
  advance(ms: number): Promise<void>
}

/** Replaces `ofm.now()` of a migrated database by a row. For tests only: the login must own the schema. */
export async function installTestClock(database: Database, startAt: number): Promise<TestClock> {
  await database.kysely.transaction().execute(async (tx) => {
    await sql`create table if not exists ofm.test_clock (at timestamptz not null)`.execute(tx)
    await sql`delete from ofm.test_clock`.execute(tx)
    await sql`insert into ofm.test_clock (at) values (ofm.at(${startAt}::double precision))`.execute(tx)
    await sql`
      create or replace function ofm.now() returns timestamptz language sql stable
      as $clock$ select at from ofm.test_clock $clock$`.execute(tx)
    await sql`
      do $grant$ begin
        if exists (select from pg_roles where rolname = 'ofm_app') then grant select on ofm.test_clock to ofm_app; end if;
      end $grant$`.execute(tx)
  })
  return {
    async read() {
      const { rows } = await sql<{ now: number }>`select ofm.ms(at) as now from ofm.test_clock`.execute(database.kysely)
      return rows[0]?.now ?? startAt
    },
    async advance(ms) {
      await sql`update ofm.test_clock set at = at + ${ms}::double precision * interval '1 ms'`.execute(database.kysely)
    },
  }
}
