import { StartError, systemCodeOf } from './start-error.ts'

/** The part of a `pg.Pool` and of PGlite that the server's own tables need: one statement at a time. */
export interface Sql {
  query<Row>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>
}

/**
 * What only the HTTP layer knows: keys, and answers that may be asked for again. One statement, so that two processes may start at once. The schema may
 * stand there already, made by an administrator for a login that may not create one.
 *
 * @throws {StartError} when the login may not create it.
 */
export async function migrateServerTables(sql: Sql): Promise<void> {
  try {
    await sql.query(statement)
  } catch (error) {
    if (systemCodeOf(error) !== insufficientPrivilege) throw error
    const advice = 'Let an administrator run: create schema ofm_server authorization <that login>;'
    throw new StartError(`The login of DATABASE_URL may not create the schema ofm_server. ${advice}`, error)
  }
}

const insufficientPrivilege = '42501'

const statement = `do $$ begin
    perform pg_advisory_xact_lock(hashtext('ofm_server'));
    if to_regnamespace('ofm_server') is null then create schema ofm_server; end if;
    create table if not exists ofm_server.api_key (
      public_id text primary key,
      secret_hash text not null,
      agency text,
      name text not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      expires_at timestamptz,
      revoked_at timestamptz
    );
    create table if not exists ofm_server.idempotency (
      scope text not null,
      key text not null,
      fingerprint text not null,
      attempt integer not null default 1,
      locked_until timestamptz,
      status integer,
      answer_box text,
      created_at timestamptz not null default now(),
      primary key (scope, key)
    );
  end $$`
