import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import { createDiskFiles } from './disk/disk-files.ts'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import type { Social } from './social.ts'
import { sampleAsset } from './testing/sample-asset.ts'
import { createScriptedPlatform } from './testing/scripted/scripted-platform.ts'

/** Until it holds; whatever it waits for is told by events and timers of the code under test. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe.skipIf(!postgresAdminUrl)('an ordinary login on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let folder: string
  const pools: pg.Pool[] = []
  const now = () => performance.timeOrigin + performance.now()
  const platform = createScriptedPlatform('synchronous', { now, platform: 'scripted' })
  const secretKey = randomBytes(32).toString('hex')
  const openSocial = (engine: 'in_process' | 'temporal' = 'in_process'): Social => {
    const pool = new pg.Pool({ connectionString: database.url, max: 6 })
    pools.push(pool)
    return createSocial({
      store: createPostgresStore({ pool }),
      adapters: [platform.adapter],
      files: createDiskFiles({ folder }),
      secretKey,
      engine,
    })
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
    folder = await mkdtemp(join(tmpdir(), 'ofm-'))
  })
  afterAll(async () => {
    for (const pool of pools) await pool.end()
    await database.drop()
    await rm(folder, { recursive: true })
  })
  const addAccount = (social: Social, creator = randomBytes(4).toString('hex')) =>
    social.accounts.add({ creator, platform: 'scripted', tokens: { accessToken: `token-${creator}` } })
  const liveOf = (text: string) => platform.posts().filter((live) => live.text === text)

  test('migrates once, although several processes begin at the same time', async () => {
    const applied = await Promise.all([openSocial(), openSocial(), openSocial()].map((social) => social.migrate()))
    const names = applied.flatMap((one) => one.applied)
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names).size).toBe(names.length)
    await openSocial().assertMigrated()
    expect((await openSocial().migrate()).applied).toEqual([])
  })

  test('the ten lines: account, file, wall-clock post, start, events, stop', async () => {
    const social = openSocial()
    const pool = pools.at(-1)
    const path = join(folder, 'photo.jpg')
    await writeFile(path, sampleAsset('jpeg').bytes)
    const account = await addAccount(social, 'ada')
    const photo = await social.assets.add({ creator: 'ada', file: path })
    const told: string[] = []
    await social.on('publication.*', (event) => void told.push(`${event.publication.platform} ${event.type}`))
    const later = await social.posts.create({
      to: [account.id],
      text: 'First light',
      assets: [photo.id],
      at: '2099-12-24T18:00[Europe/Paris]',
      key: 'order-981',
    })
    expect(later).toMatchObject({
      at: new Date('2099-12-24T17:00:00Z'),
      schedule: { wallTime: '2099-12-24T18:00', timeZone: 'Europe/Paris' },
    })
    social.start()
    await social.posts.reschedule(later.id, { at: new Date(now()) })
    await until(() => told.includes('scripted publication.published'))
    await social.stop()
    expect(liveOf('First light')).toHaveLength(1)
    expect((await pool?.query('select 1 as one'))?.rows).toEqual([{ one: 1 }])
    expect((await social.posts.get(later.id)).publications[0]?.state).toBe('published')
    expect(pool?.totalCount).toBe(pool?.idleCount)
  })

  test('two processes: each post goes out once, each event is handled once', async () => {
    const [first, second] = [openSocial(), openSocial()]
    const accounts = await Promise.all(Array.from({ length: 6 }, () => addAccount(first)))
    const told: string[] = []
    for (const social of [first, second]) {
      await social.on('publication.published', (event) => void told.push(event.publication.id), { name: 'once' })
      social.start()
    }
    const round = randomBytes(4).toString('hex')
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 === 0 ? first : second).posts.create({
          to: [accounts[index % 6]?.id ?? ''],
          text: `Raced ${round} ${index}`,
        }),
      ),
    )
    const ids = made.map((post) => post.publications[0]?.id ?? '')
    await until(() => ids.every((id) => told.includes(id)))
    await Promise.all([first.stop(), second.stop()])
    expect(told.toSorted()).toEqual(ids.toSorted())
    const live = platform.allPosts().filter(({ text }) => text.startsWith(`Raced ${round}`))
    expect(live.map(({ text }) => text).toSorted()).toEqual(
      Array.from({ length: 30 }, (_, index) => `Raced ${round} ${index}`).toSorted(),
    )
  })

  test('two ticks at the same time publish once', async () => {
    const [first, second] = [openSocial(), openSocial()]
    const accounts = await Promise.all(Array.from({ length: 8 }, () => addAccount(first)))
    const round = randomBytes(4).toString('hex')
    for (const { id } of accounts) await first.posts.create({ to: [id], text: `Ticked ${round}` })
    await Promise.all([first.tick({ maxMs: 60_000 }), second.tick({ maxMs: 60_000 })])
    expect(liveOf(`Ticked ${round}`)).toHaveLength(8)
  })

  test("with engine 'temporal' it delivers events and publishes nothing by itself", async () => {
    const social = openSocial('temporal')
    const account = await addAccount(social)
    const told: string[] = []
    const text = `Temporal ${account.id}`
    await social.on('publication.*', (event) => void told.push(event.type), { name: account.id })
    const post = await social.posts.create({ to: [account.id], text })
    social.start()
    await until(() => told.length > 0)
    await social.stop()
    expect(await social.tick({ maxMs: 60_000 })).toEqual({ advanced: 0, nextDueAt: null })
    expect([told, liveOf(text)]).toEqual([['publication.scheduled'], []])
    const id = post.publications[0]?.id ?? ''
    let steps = 0
    while (!(await social.engine.advance(id)).done && steps < 20) steps += 1
    expect(liveOf(text)).toHaveLength(1)
  })

  test('an edit, an approval or a new time that races with publishing is in what is published, or refused', async () => {
    const [first, second] = [openSocial(), openSocial()]
    for (let round = 0; round < 8; round += 1) {
      const account = await addAccount(first)
      const post = await first.posts.create({ to: [account.id], text: `Before ${account.id}` })
      const [edited] = await Promise.allSettled([
        second.posts.edit(post.id, { text: `After ${account.id}` }),
        first.tick({ maxMs: 60_000 }),
        second.posts.withdrawApproval(post.id),
      ])
      const known = await first.posts.get(post.id)
      const live = platform.allPosts().filter(({ text }) => text.endsWith(account.id))
      expect(live.length).toBeLessThanOrEqual(1)
      expect(known.publications[0]?.parts[0]?.text).toBe(
        `${edited.status === 'fulfilled' ? 'After' : 'Before'} ${account.id}`,
      )
      if (edited.status === 'fulfilled') expect(live.map(({ text }) => text)).not.toContain(`Before ${account.id}`)
      else expect(edited.reason).toMatchObject({ code: 'too_late' })
    }
  })

  test('two edits at once: one wins, the other is told to read again', async () => {
    const [first, second] = [openSocial(), openSocial()]
    const account = await addAccount(first)
    const at = new Date(now() + 3_600_000)
    const post = await first.posts.create({ to: [account.id], text: 'Draft', at, approval: 'required' })
    const results = await Promise.allSettled([
      first.posts.edit(post.id, { text: 'One' }),
      second.posts.edit(post.id, { text: 'Two' }),
    ])
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    const known = await first.posts.get(post.id)
    expect(known.revision).toBe(3 - refused.length)
    for (const reason of refused) expect(reason).toMatchObject({ code: 'stale_revision' })
    // Of two approvals of an old and the new revision only the new one counts.
    const approvals = await Promise.allSettled([
      first.posts.approve(post.id, { revisionHash: post.revisionHash }),
      second.posts.approve(post.id, { revisionHash: known.revisionHash }),
    ])
    expect(approvals.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect((await first.posts.get(post.id)).approvedRevision).toBe(known.revision)
  })
})
