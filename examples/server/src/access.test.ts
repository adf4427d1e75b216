import { createPostgresDatabase, eachDatabase, postgresAdminUrl, type TestDatabase } from '@ofm-social/test-services'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiKeys } from './api-keys.ts'
import { createIdempotency, parseIdempotencyKey } from './idempotency.ts'
import { migrateServerTables, type Sql } from './server-tables.ts'

eachDatabase('the tables of the server', (open) => {
  let database: TestDatabase
  let sql: Sql
  beforeAll(async () => {
    database = await open()
    sql = database.source.pool ?? database.source.pglite
    await Promise.all([migrateServerTables(sql), migrateServerTables(sql)])
  })
  afterAll(() => database.close())

  const begin = (overrides: object = {}) => ({
    scope: 'a key post /v1/posts',
    key: 'k',
    fingerprint: 'f',
    ...overrides,
  })
  const made = async () => ({ status: 201, body: { id: 'post_1', text: 'CANARY' } })
  const always = () => 'keep' as const

  test('are made once, also by processes that start together', async () => {
    await expect(migrateServerTables(sql)).resolves.toBeUndefined()
  })

  test('know a key by its hash alone', async () => {
    const keys = createApiKeys(sql)
    const key = await keys.create({ agency: 'studio-nord', name: 'first' })
    expect(key).toMatch(/^ofm_live_[0-9A-Za-z]{46}$/)
    expect(await keys.find(key)).toEqual({ keyId: key.slice(9, 17), agency: 'studio-nord' })
    const rows = await database.admin('select * from ofm_server.api_key')
    expect(JSON.stringify(rows)).not.toContain(key.slice(17, 49))
    expect(rows[0]?.last_used_at).toBeInstanceOf(Date)
  })

  test.each(['revoked_at', 'expires_at'])('refuse a key after its %s', async (column) => {
    const keys = createApiKeys(sql)
    const key = await keys.create({ agency: null, name: 'ends' })
    await database.admin(`update ofm_server.api_key set ${column} = now() where public_id = $1`, [key.slice(9, 17)])
    expect(await keys.find(key)).toBeUndefined()
  })

  test('let equal requests at once do the work once', async () => {
    const idempotency = createIdempotency(sql, ['secret'])
    let count = 0
    const work = async () => {
      count += 1
      return made()
    }
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => idempotency.run(begin({ key: 'at once' }), work, always)),
    )
    expect(count).toBe(1)
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason.code)
    expect(new Set(refused).size).toBeLessThanOrEqual(1)
    for (const code of refused) expect(code).toBe('idempotency_in_flight')
    const later = await idempotency.run(begin({ key: 'at once' }), work, always)
    expect([later.replayed, later.answer, count]).toEqual([true, await made(), 1])
  })

  test('keep answers sealed, and open them for their own request alone', async () => {
    const idempotency = createIdempotency(sql, ['secret'])
    await idempotency.run(begin({ key: 'sealed' }), made, always)
    const rows = await database.admin('select * from ofm_server.idempotency')
    expect(JSON.stringify(rows)).not.toContain('CANARY')
    await database.admin(`update ofm_server.idempotency set scope = 'another' where key = 'sealed'`)
    await expect(idempotency.run(begin({ key: 'sealed', scope: 'another' }), made, always)).rejects.toThrow()
  })

  test('free a key after a failure, and after an answer that is not kept', async () => {
    const idempotency = createIdempotency(sql, ['secret'])
    const request = begin({ key: 'failing' })
    await expect(idempotency.run(request, () => Promise.reject(new Error('database away')), always)).rejects.toThrow(
      'away',
    )
    const refuse = async () => ({ status: 422, body: null })
    expect(await idempotency.run(request, refuse, () => 'repeat')).toMatchObject({ replayed: false })
    const other = begin({ key: 'failing', fingerprint: 'other' })
    await expect(idempotency.run(other, made, always)).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    expect(await idempotency.run(request, refuse, () => 'forget')).toMatchObject({ replayed: false })
    expect(await idempotency.run(other, refuse, () => 'forget')).toMatchObject({ replayed: false })
    expect(await idempotency.run(request, made, always)).toMatchObject({ replayed: false, answer: { status: 201 } })
    expect(await idempotency.run(request, made, always)).toMatchObject({ replayed: true })
  })

  test('hold a key while its process may live, and give it to one other after that', async () => {
    const idempotency = createIdempotency(sql, ['secret'])
    const request = begin({ key: 'crashed' })
    const never = idempotency.run(request, () => new Promise<never>(() => undefined), always)
    never.catch(() => undefined)
    await expect
      .poll(() => database.admin(`select 1 from ofm_server.idempotency where key = 'crashed'`))
      .toHaveLength(1)
    await expect(idempotency.run(request, made, always)).rejects.toMatchObject({ code: 'idempotency_in_flight' })
    await database.admin(
      `update ofm_server.idempotency set locked_until = now() - interval '1 s' where key = 'crashed'`,
    )
    expect(await idempotency.run(request, made, always)).toMatchObject({ replayed: false })
    await expect(idempotency.run(begin({ key: 'crashed', fingerprint: 'other' }), made, always)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
  })

  test('forget after seven days', async () => {
    const idempotency = createIdempotency(sql, ['secret'])
    await idempotency.run(begin({ key: 'old' }), made, always)
    await database.admin(`update ofm_server.idempotency set created_at = now() - interval '8 days' where key = 'old'`)
    await idempotency.removeOld()
    expect(await idempotency.run(begin({ key: 'old' }), made, always)).toMatchObject({ replayed: false })
  })
})

test.skipIf(!postgresAdminUrl)(
  'a login that may create no schema is told what an administrator does, and then goes on',
  async () => {
    const database = await createPostgresDatabase()
    const login = new URL(database.url).username
    const pool = new pg.Pool({ connectionString: database.url, max: 1 })
    const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
    await admin.query(`revoke create on database ${login} from ${login}`)
    await expect(migrateServerTables(pool)).rejects.toThrow(
      /may not create the schema ofm_server\. Let an administrator/,
    )
    await admin.query(`create schema ofm_server authorization ${login}`)
    await migrateServerTables(pool)
    await pool.end()
    await admin.end()
    await database.drop()
  },
)

describe('Idempotency-Key', () => {
  test.each([
    ['2c1f', '2c1f'],
    ['"2c1f"', '2c1f'],
    [' 2c1f ', '2c1f'],
  ])('reads %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key)
  })

  test.each(['', '""', 'a b', 'é', 'x'.repeat(256)])('refuses "%s"', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(/1 to 255/)
  })
})
