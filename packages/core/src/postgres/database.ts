import {
  Kysely,
  PGliteDialect,
  type PGliteDialectConfig,
  PostgresDialect,
  type PostgresPool,
  sql,
  type Transaction,
} from 'kysely'
import { SocialError } from '../social-error.ts'
import { isDatabaseError } from './database-error.ts'
import { guardPool } from './guard-pool.ts'
import { toQuickPglite } from './quick-pglite.ts'
import { toQuickPool } from './quick-pool.ts'
import { createStatementNames, type NameStatement, nameNothing, type StatementNames } from './statement-names.ts'
import { createTableStatistics } from './table-statistics.ts'
import { toLiteral } from './to-literal.ts'

/** Whose rows a transaction sees: an agency's, or some creators' of it. `*` is the installation. */
export interface Scope {
  readonly agencyId: string
  /** Default: all creators of the agency. */
  readonly creatorIds?: readonly string[]
}

export type Tx = Transaction<unknown>

export interface Transactions {
  /** One transaction in one scope, repeated when the database broke it off for another's sake (deadlock, serialization). */
  inScope<Result>(scope: Scope, work: (tx: Tx) => Promise<Result>): Promise<Result>
  /** One transaction that sees the queues of all agencies, and no other table. */
  inEngine<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>
}

/** The host's database. Nothing is read or written but in a transaction with a scope, and nobody here ever closes it. */
export interface Database extends Transactions {
  readonly kysely: Kysely<unknown>
  /** For statements that come with every publication: their plans are kept. */
  readonly often: Transactions
  readLogin(): Promise<Login>
  /** After roles have changed. */
  forgetLogin(): void
}

export interface Login {
  readonly bypassesRowSecurity: boolean
  readonly mayBecomeApp: boolean
}

/** The host's pool, or a PGlite instance. */
export type DatabaseSource =
  | { readonly pool: PostgresPool; readonly pglite?: undefined }
  | {
      readonly pglite: Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>
      readonly pool?: undefined
    }

/** What plain JavaScript hands in otherwise fails at the first statement, without a word about the cause. */
function requireSource({ pool, pglite }: DatabaseSource): void {
  if (typeof pool?.connect === 'function' || pglite !== undefined) return
  throw new SocialError(
    'misconfigured',
    'createPostgresStore needs { pool }, a pg.Pool such as new pg.Pool({ connectionString }), or { pglite }.',
  )
}

/** @throws {SocialError} `misconfigured` without either. */
export function createDatabase(source: DatabaseSource): Database {
  requireSource(source)
  const names = createStatementNames()
  const open = (nameStatement: NameStatement): Kysely<unknown> =>
    new Kysely<unknown>({
      dialect: source.pool
        ? new PostgresDialect({ pool: toQuickPool(guardPool(source.pool), nameStatement) })
        : new PGliteDialect({ pglite: toQuickPglite(source.pglite, nameStatement) }),
    })
  const kysely = open(nameNothing)
  const naming = open(names.nameStatement)
  const statistics = source.pool ? undefined : createTableStatistics(kysely)
  let login: Promise<Login> | undefined
  const readLogin = () => {
    login ??= queryLogin(kysely).catch((error: unknown) => {
      login = undefined
      throw error
    })
    return login
  }
  const toTransactions = (transacting: Kysely<unknown>, always: Settings = {}): Transactions => {
    const inTransaction = async <Result>(settings: Settings, work: (tx: Tx) => Promise<Result>): Promise<Result> => {
      const { bypassesRowSecurity } = await readLogin()
      const result = await repeatBrokenOff(names, () =>
        transacting.transaction().execute(async (tx) => {
          await setLocally(tx, { ...always, ...settings, ...(bypassesRowSecurity ? { role: 'ofm_app' } : {}) })
          return work(tx)
        }),
      )
      await statistics?.noteTransaction()
      return result
    }
    return {
      inScope: (scope, work) => inTransaction(toSettings(scope), work),
      inEngine: (work) => inTransaction({ 'ofm.engine': 'on' }, work),
    }
  }
  return {
    kysely,
    // PGlite has one connection, which keeps each plan once.
    ...toTransactions(source.pool ? kysely : naming),
    often: toTransactions(naming, ONE_PLAN),
    readLogin,
    forgetLogin() {
      login = undefined
    },
  }
}

type Settings = Readonly<Record<string, string>>

/**
 * By default PostgreSQL plans a named statement anew in its first five executions on a connection, which it has seldom more of: a pool closes what was idle
 * for some seconds. Statements that find rows by their ids, or the few that are due first, have one good plan.
 */
const ONE_PLAN: Settings = { plan_cache_mode: 'force_generic_plan' }

function toSettings(scope: Scope): Settings {
  const settings = { 'ofm.agency_id': scope.agencyId }
  return scope.creatorIds ? { ...settings, 'ofm.creator_ids': toArrayLiteral(scope.creatorIds) } : settings
}

function toArrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}

/** Sets what ends with the transaction. */
export async function setLocally(tx: Tx, settings: Settings): Promise<void> {
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${toLiteral(value)}, true)`)
  // Without parameters, so that it can travel with the `begin`.
  await sql.raw(`select ${calls.join(', ')}`).execute(tx)
}

async function queryLogin(kysely: Kysely<unknown>): Promise<Login> {
  const { rows } = await sql<Login>`
    select rolsuper or rolbypassrls as "bypassesRowSecurity",
      coalesce((select pg_has_role(current_user, app.oid, 'member') from pg_roles app where app.rolname = 'ofm_app'), false) as "mayBecomeApp"
    from pg_roles where rolname = current_user`.execute(kysely)
  return rows[0] ?? { bypassesRowSecurity: false, mayBecomeApp: false }
}

const repetitionsMax = 3

async function repeatBrokenOff<Result>(names: StatementNames, run: () => Promise<Result>): Promise<Result> {
  for (let repetition = 0; ; repetition += 1) {
    try {
      return await run()
    } catch (error) {
      const brokenOff = isDatabaseError(error, '40P01') || isDatabaseError(error, '40001') || names.gaveUp(error)
      if (!brokenOff || repetition >= repetitionsMax) throw error
    }
  }
}
