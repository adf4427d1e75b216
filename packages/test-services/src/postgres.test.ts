import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createPostgresDatabase, postgresAdminUrl } from './postgres.ts'

describe.skipIf(!postgresAdminUrl)('a PostgreSQL database for a test', () => {
  test('belongs to an ordinary login that may create schemas and nothing else', async () => {
    const database = await createPostgresDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await client.query('CREATE SCHEMA ofm')
      await expect(client.query('CREATE ROLE another')).rejects.toThrow(/permission denied/)
      await expect(client.query('CREATE DATABASE another')).rejects.toThrow(/permission denied/)
      await expect(client.query('CREATE TABLE public.another (id int)')).rejects.toThrow(/permission denied/)
    } finally {
      await client.end()
      await database.drop()
    }
  })

  test('is gone after drop, even with an open connection', async () => {
    const database = await createPostgresDatabase()
    const client = new pg.Client({ connectionString: database.url })
    client.on('error', () => {})
    await client.connect()
    await database.drop()
    const again = new pg.Client({ connectionString: database.adminUrl })
    await expect(again.connect()).rejects.toThrow(/does not exist/)
  })
})
