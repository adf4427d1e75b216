import { randomBytes } from 'node:crypto'
import { createSocial } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createScriptedPlatform } from '@ofm-social/core/testing'
import { startTelling } from '@ofm-social/temporal/client'
import { createPostgresDatabase, createQueuePrefix, postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { Client } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { createOwnWorkers } from './own-workers.ts'

test.skipIf(!temporalAddress || !postgresAdminUrl)('workers of one’s own publish', { timeout: 60_000 }, async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const queuePrefix = createQueuePrefix()
  const [database, connection] = await Promise.all([
    createPostgresDatabase(),
    NativeConnection.connect({ address: temporalAddress }),
  ])
  const pool = new pg.Pool({ connectionString: database.url })
  const platform = createScriptedPlatform('synchronous', { now: Date.now, platform: 'x' })
  const social = createSocial({
    store: createPostgresStore({ pool }),
    adapters: [platform.adapter],
    secretKey: randomBytes(32).toString('base64'),
    engine: 'temporal',
  })
  await social.migrate()
  const workers = await createOwnWorkers(social, connection, queuePrefix)
  const running = workers.map((worker) => worker.run())
  const telling = startTelling({ social, client: new Client({ connection }), queuePrefix })

  const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens: { accessToken: 'ada' } })
  await social.posts.create({ to: [account.id], text: 'from workers of my own' })
  await vi.waitFor(() => expect(platform.posts().map(({ text }) => text)).toEqual(['from workers of my own']), {
    timeout: 40_000,
  })

  await telling.stop()
  for (const worker of workers) worker.shutdown()
  await Promise.all(running)
  await connection.close()
  await pool.end()
  await database.drop()
})
