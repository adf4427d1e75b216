import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { NameStatement } from './statement-names.ts'

/** The client that `pg` writes in JavaScript: without values it takes several statements at once, and it remembers what it has named. */
type PgClient = PostgresPoolClient & {
  query<Row>(named: {
    readonly name: string
    readonly text: string
    readonly values: readonly unknown[]
  }): Promise<PostgresQueryResult<Row>>
}

/**
 * The same pool with fewer round trips: a `begin` is sent together with the statement after it, and statements go under their names. Clients of another
 * driver stay as they are.
 */
export function toQuickPool(pool: PostgresPool, nameStatement: NameStatement): PostgresPool {
  const quick = new WeakMap<PostgresPoolClient, PostgresPoolClient>()
  return {
    ...(pool.Client ? { Client: pool.Client } : {}),
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      if (!isPgClient(client)) return client
      const made = quick.get(client) ?? toQuickClient(client, nameStatement)
      quick.set(client, made)
      return made
    },
  }
}

function isPgClient(client: object): client is PgClient {
  const { connection } = { connection: undefined, ...client }
  return typeof connection === 'object' && connection !== null && 'parsedStatements' in connection
}

const BEGIN = 'begin'
const BEGUN: PostgresQueryResult<never> = { command: 'SELECT', rowCount: 0, rows: [] }

function toQuickClient(client: PgClient, nameStatement: NameStatement): PostgresPoolClient {
  let isBeginning = false
  const send = async <Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>> => {
    if (text === BEGIN) {
      isBeginning = true
      return BEGUN
    }
    const begins = isBeginning
    isBeginning = false
    if (begins && values.length === 0) return client.query<Row>(`${BEGIN}; ${text}`, values)
    if (begins) await client.query(BEGIN, [])
    const name = values.length === 0 ? null : nameStatement(text)
    return name === null ? client.query<Row>(text, values) : client.query<Row>({ name, text, values })
  }
  function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>
  function query<Row>(given: string | PostgresCursor<Row>, values: readonly unknown[] = []) {
    return typeof given === 'string' ? send<Row>(given, values) : client.query(given)
  }
  return {
    ...(client.processID === undefined ? {} : { processID: client.processID }),
    query,
    release(destroy) {
      isBeginning = false
      client.release(destroy)
    },
  }
}
