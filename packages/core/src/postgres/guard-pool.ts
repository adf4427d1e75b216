import type { PostgresPool, PostgresPoolClient } from 'kysely'

const ignore = (): void => undefined

/**
 * The host's pool. A client that is in use and whose connection breaks between two statements says so in an event `error`, which ends the process where
 * nobody listens; the next statement fails all the same, and that is what counts.
 */
export function guardPool(pool: PostgresPool): PostgresPool {
  const heard = new WeakSet<PostgresPoolClient>()
  return {
    ...(pool.Client ? { Client: pool.Client } : {}),
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      if (isEmitter(client) && !heard.has(client)) {
        heard.add(client)
        client.on('error', ignore)
      }
      return client
    },
  }
}

function isEmitter(client: object): client is { on(event: 'error', listener: () => void): unknown } {
  return 'on' in client && typeof client.on === 'function'
}
