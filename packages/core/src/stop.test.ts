import { randomBytes } from 'node:crypto'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import type { Social } from './social.ts'

const signal = () => {
  let fire = (): void => undefined
  const fired = new Promise<void>((resolve) => {
    fire = resolve
  })
  return { fire: () => fire(), fired }
}

describe.skipIf(!postgresAdminUrl)('stop', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  const pools: pg.Pool[] = []
  const secretKey = randomBytes(32).toString('hex')
  const openSocial = async (adapter: Partial<PlatformAdapter>): Promise<Social> => {
    const pool = new pg.Pool({ connectionString: database.url, max: 6 })
    pools.push(pool)
    const base: PlatformAdapter = {
      platform: 'held',
      displayName: 'Held',
      limits: { textLengthMax: 280, source: 'https://example.com', checkedOn: '2026-11-25' },
      checkPart: () => [],
      readAccount: async (context) => {
        const id = (await context.accessToken()).reveal()
        return { externalId: id, username: id }
      },
      publish: async () => ({ status: 'published', externalId: randomBytes(4).toString('hex') }),
    }
    const social = createSocial({
      store: createPostgresStore({ pool }),
      adapters: [{ ...base, ...adapter }],
      secretKey,
    })
    await social.migrate()
    return social
  }
  const createPost = async (social: Social) => {
    const creator = randomBytes(4).toString('hex')
    const { id } = await social.accounts.add({ creator, platform: 'held', tokens: { accessToken: `of ${creator}` } })
    const post = await social.posts.create({ to: [id], text: 'x' })
    return post.publications[0]?.id ?? ''
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
  })
  afterAll(async () => {
    for (const pool of pools) await pool.end()
    await database.drop()
  })

  test('waits for a write in flight, whose outcome is stored', async () => {
    const [begun, end] = [signal(), signal()]
    let sent = 0
    let aborted = false
    const social = await openSocial({
      async publish(_part, context) {
        sent += 1
        context.signal.addEventListener('abort', () => {
          aborted = true
        })
        context.markSent({ method: 'POST', path: '/posts' })
        begun.fire()
        await end.fired
        return { status: 'published', externalId: 'live' }
      },
    })
    const id = await createPost(social)
    social.start()
    await begun.fired
    let stopped = false
    const stopping = social.stop().then(() => {
      stopped = true
    })
    await social.publications.get(id)
    expect([stopped, aborted]).toEqual([false, false])
    end.fire()
    await stopping
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: 'live' }] })
    expect(sent).toBe(1)
  })

  test('aborts a preparation, and the next process resumes it where it was', async () => {
    const begun = signal()
    const first = await openSocial({
      async prepare(_part, context) {
        await context.save({ chunks: 7 })
        begun.fire()
        await new Promise((_resolve, reject) =>
          context.signal.addEventListener('abort', () => reject(context.signal.reason)),
        )
        return { status: 'prepared', uploads: {} }
      },
    })
    const id = await createPost(first)
    first.start()
    await begun.fired
    await first.stop()
    expect((await first.publications.get(id)).parts[0]?.attempts).toEqual([])
    const resumed: unknown[] = []
    const second = await openSocial({
      async prepare(_part, context) {
        resumed.push(context.checkpoint)
        return { status: 'prepared', uploads: {} }
      },
    })
    const published = signal()
    await second.on('publication.published', () => published.fire(), { name: 'second' })
    second.start()
    // What happened before `on` is not told, so the state counts when it was quicker.
    if ((await second.publications.get(id)).state !== 'published') await published.fired
    await second.stop()
    expect(resumed).toEqual([{ chunks: 7 }])
  })

  test('twice, or before a start, does nothing', async () => {
    const social = await openSocial({})
    await social.stop()
    social.start()
    await Promise.all([social.stop(), social.stop()])
    await expect(social.posts.list()).resolves.toMatchObject({ next: null })
  })

  test('begins no write in a tick that could not end in time', async () => {
    let sent = 0
    const social = await openSocial({
      async publish() {
        sent += 1
        return { status: 'published', externalId: 'live' }
      },
    })
    const id = await createPost(social)
    await social.tick({ maxMs: 3_000 })
    expect([sent, (await social.publications.get(id)).parts[0]?.attempts]).toEqual([0, []])
    await social.tick({ maxMs: 60_000 })
    expect([sent, (await social.publications.get(id)).state]).toEqual([1, 'published'])
  })
})
