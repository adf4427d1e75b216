import { PGlite } from '@electric-sql/pglite'
import { recordServiceUse } from '@ofm-social/test-services'
import { expect, test } from 'vitest'
import { createIdempotency } from './idempotency.ts'
import { migrateServerTables } from './server-tables.ts'

test('an answer outlives a change of the key while the old one is at hand; without it the refusal says so', async () => {
  recordServiceUse('PGlite')
  const pglite = await PGlite.create()
  await migrateServerTables(pglite)
  const request = { scope: 'key POST /v1/posts', key: 'order-981', fingerprint: 'f' }
  const answer = { status: 201, body: { id: 'post_1' } }
  const run = (keys: readonly [string, ...string[]]) =>
    createIdempotency(pglite, keys).run(
      request,
      async () => answer,
      () => 'keep',
    )
  expect(await run(['old'])).toEqual({ answer, replayed: false })
  expect(await run(['new', 'old'])).toEqual({ answer, replayed: true })
  await expect(run(['new'])).rejects.toMatchObject({
    code: 'idempotency_unreadable',
    message: expect.stringContaining('OFM_OLD_KEYS'),
  })
  await pglite.close()
})
