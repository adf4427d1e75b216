import type { PostgresPool, PostgresPoolClient } from 'kysely'

interface Emitter {
  on(event: string, listener: (value: object) => void): unknown
}

const ignore = (): void => undefined
const heard = new WeakSet<object>()
const heardPools = new WeakSet<PostgresPool>()

/**
 * The host's pool. A client that is in use and whose connection breaks between two statements says so in an event `error`, which ends the process where
 * nobody listens; the next statement fails all the same, and that is what counts. It may break before whoever waits for it has it: the pool's event
 * `acquire` comes before that.
 */
export function guardPool(pool: PostgresPool): PostgresPool {
  if (isEmitter(pool) && !heardPools.has(pool)) {
    heardPools.add(pool)
    pool.on('acquire', hear)
  }
  return {
    ...(pool.Client ? { Client: pool.Client } : {}),
    options: pool.options,
    end: () => pool.end(),
    async connect(): Promise<PostgresPoolClient> {
      const client = await pool.connect()
      hear(client)
      return client
    },
  }
}

function hear(client: object): void {
  if (!isEmitter(client) || heard.has(client)) return
  heard.add(client)
  client.on('error', ignore)
}

function isEmitter<Given extends object>(given: Given): given is Given & Emitter {
  return 'on' in given && typeof given.on === 'function'
}
