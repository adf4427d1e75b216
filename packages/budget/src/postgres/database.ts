import { BudgetError } from '../budget-error.ts'
import { isBrokenOff, toStoreError } from './database-error.ts'

type Row = Record<string, unknown>

/** One connection of the host's, as far as it is used. */
export interface LedgerConnection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

interface PooledConnection extends LedgerConnection {
  release(error?: Error | boolean): void
  on?(event: 'error', listener: (error: Error) => void): unknown
  off?(event: 'error', listener: (error: Error) => void): unknown
}

/** The part of a `pg.Pool` that is needed. It is the host's: never ended here. */
export interface LedgerPool {
  connect(): Promise<PooledConnection>
  /** Used where there is one: only the pool itself can hear a connection that dies while it is handed from one caller to the next. */
  query?(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** The part of a PGlite that is needed. */
export interface LedgerPglite extends LedgerConnection {
  transaction<Result>(work: (connection: LedgerConnection) => Promise<Result>): Promise<Result>
}

/** The host's pool, or a PGlite instance. */
export type DatabaseSource =
  | { readonly pool: LedgerPool; readonly pglite?: undefined }
  | { readonly pglite: LedgerPglite; readonly pool?: undefined }

/** The host's database. All that the ledger does is one statement that calls one of its functions, which is a transaction. */
export interface Database {
  /** Calls a function of the schema; the first argument is the tenant. Repeated when the database broke it off for another's sake. */
  call(name: string, ...values: readonly unknown[]): Promise<unknown>
  transaction<Result>(work: (connection: LedgerConnection) => Promise<Result>): Promise<Result>
  readLogin(): Promise<Login>
  /** After roles have changed. */
  forgetLogin(): void
}

export interface Login {
  readonly bypassesRowSecurity: boolean
  readonly mayBecomeApp: boolean
}

const repetitionsMax = 5

export function createDatabase(source: DatabaseSource): Database {
  const connect = createConnect(source)
  let login: Promise<Login> | undefined
  const readLogin = () => {
    login ??= connect(queryLogin).catch((error: unknown) => {
      login = undefined
      throw error
    })
    return login
  }
  const transaction = <Result>(work: (connection: LedgerConnection) => Promise<Result>) =>
    source.pglite ? source.pglite.transaction(work) : connect((connection) => inTransaction(connection, work))
  const callOnce = async (text: string, values: readonly unknown[]) => {
    const { bypassesRowSecurity } = await readLogin()
    const run = (connection: LedgerConnection) => connection.query(text, [...values])
    const answer = bypassesRowSecurity
      ? transaction(async (connection) => {
          await connection.query("select set_config('role', 'ofm_budget_app', true)")
          return run(connection)
        })
      : (source.pool?.query?.(text, [...values]) ?? connect(run))
    const [row] = (await answer).rows
    return typeof row === 'object' && row !== null && 'answer' in row ? row.answer : null
  }
  return {
    transaction,
    readLogin,
    forgetLogin() {
      login = undefined
    },
    async call(name, ...values) {
      const text = `select ofm_budget.${name}(${values.map((_, index) => `$${index + 1}`).join(', ')}) as answer`
      for (let repetition = 0; ; repetition += 1) {
        try {
          return await callOnce(text, values)
        } catch (error) {
          if (!isBrokenOff(error) || repetition >= repetitionsMax) throw toStoreError(error)
        }
      }
    },
  }
}

type Connect = <Result>(work: (connection: LedgerConnection) => Promise<Result>) => Promise<Result>

function createConnect(source: DatabaseSource): Connect {
  if (source.pglite) {
    const { pglite } = source
    return (work) => work(pglite)
  }
  const { pool } = source
  return async (work) => {
    const connection = await pool.connect()
    let failure: Error | undefined
    // A connection that dies tells its query; an event that nobody hears would end the process.
    const onError = (error: Error) => {
      failure = error
    }
    connection.on?.('error', onError)
    try {
      return await work(connection)
    } catch (error) {
      if (error instanceof Error && !('severity' in error)) failure = error
      throw error
    } finally {
      connection.off?.('error', onError)
      connection.release(failure)
    }
  }
}

async function inTransaction<Result>(
  connection: LedgerConnection,
  work: (connection: LedgerConnection) => Promise<Result>,
): Promise<Result> {
  await connection.query('begin')
  try {
    const result = await work(connection)
    await connection.query('commit')
    return result
  } catch (error) {
    await connection.query('rollback').catch(() => undefined)
    throw error
  }
}

async function queryLogin(connection: LedgerConnection): Promise<Login> {
  const { rows } = await connection.query(`
    select rolsuper or rolbypassrls as bypasses,
      coalesce((select pg_has_role(current_user, app.oid, 'member') from pg_roles app where app.rolname = 'ofm_budget_app'), false) as member
    from pg_roles where rolname = current_user`)
  const row = rows[0] as Row | undefined
  if (!row) throw new BudgetError('unavailable', 'The database does not know its own login.')
  return { bypassesRowSecurity: row.bypasses === true, mayBecomeApp: row.member === true }
}
