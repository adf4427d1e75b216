import { EventEmitter } from 'node:events'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { type PostgresPool, sql } from 'kysely'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createDatabase } from './database.ts'
import { guardPool } from './guard-pool.ts'
import { migrate } from './migrations/migrate.ts'

describe.skipIf(!postgresAdminUrl)('a connection that is cut', () => {
  test('between two statements of a transaction fails that transaction, and not the process', async () => {
    const opened = await createPostgresDatabase()
    const pool = new pg.Pool({ connectionString: opened.url, max: 1 })
    pool.on('error', () => undefined)
    const admin = new pg.Pool({ connectionString: opened.adminUrl, max: 1 })
    const database = createDatabase({ pool })
    await migrate(database)
    let client: pg.PoolClient | undefined
    pool.once('acquire', (acquired) => {
      client = acquired
    })
    const cut = database.inEngine(async (tx) => {
      const heard = new Promise((resolve) => client?.once('end', resolve))
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid])
      // The client hears of it before it is asked again.
      await heard
      await sql`select 1`.execute(tx)
    })
    await expect(cut).rejects.toThrow()
    expect(await database.inEngine(async (tx) => (await sql`select 1 as one`.execute(tx)).rows)).toEqual([{ one: 1 }])
    await pool.end()
    await admin.end()
    await opened.drop()
  })
})

test('a connection that is cut before whoever waits for it has it does not end the process', async () => {
  const client = Object.assign(new EventEmitter(), { query: () => Promise.reject(new Error('cut')), release() {} })
  const pool = Object.assign(new EventEmitter(), {
    options: {},
    end: async () => undefined,
    connect: async () => client,
  })
  const guarded = pool as unknown as PostgresPool
  guardPool(guarded)
  const connecting = guardPool(guarded).connect()
  pool.emit('acquire', client)
  expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow()
  await connecting
  expect([pool.listenerCount('acquire'), client.listenerCount('error')]).toEqual([1, 1])
})
