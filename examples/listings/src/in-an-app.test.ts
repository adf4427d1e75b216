import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSocial, type Social } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { sampleAsset } from '@ofm-social/core/testing'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterEach, expect, test, vi } from 'vitest'
import { toPool } from './pglite-pool.ts'
import { checkDraft } from './refused-before-it-hurts.ts'

const secretKey = randomBytes(32).toString('base64')
const home = process.cwd()

afterEach(() => {
  process.chdir(home)
  vi.doUnmock('./host-app.ts')
  vi.doUnmock('@ofm-social/platform-x')
  vi.unstubAllEnvs()
  vi.resetModules()
  vi.restoreAllMocks()
})

eachDatabase('the listing of the README', (open) => {
  test('publishes a clip at its time, tells the app, and explains what X would refuse', async () => {
    await using app = await startHostApp(await open())
    const { social, post } = await import('./in-an-app.ts')
    await social.stop()

    expect(post.at.toISOString()).toBe('2026-12-24T17:00:00.000Z')
    await app.runUntil('2026-12-24T16:59:00Z', { social, stepMs: 3_600_000 })
    expect(app.emulator.posts()).toEqual([])

    await app.runUntil('2026-12-24T17:02:00Z', { social, stepMs: 10_000 })
    expect(app.emulator.posts()).toMatchObject([{ text: 'First light', mediaSha256: [app.clip.sha256] }])
    expect((await social.posts.get(post.id)).publications).toMatchObject([{ platform: 'x', state: 'published' }])
    expect(app.lines).toContain('x published ')

    const to = post.publications.map(({ accountId }) => accountId)
    const { problems, quote } = await checkDraft(social, { to, text: 'a'.repeat(412), assets: [] })
    expect(problems).toMatchObject([
      { platform: 'x', path: 'text', code: 'too_long', limit: 280, actual: 412, fix: 'shorten' },
    ])
    expect(quote).toEqual({ x: { requests: 1, usd: '0.015', why: 'one post' } })
  })
})

/** What an app of the listing has around it, with the emulator where X is and a clock that stands still. */
async function startHostApp(database: TestDatabase) {
  let nowMs = Date.parse('2026-12-24T16:00:00Z')
  const emulator = await startXEmulator({ now: () => nowMs })
  const folder = await mkdtemp(join(tmpdir(), 'ofm-listing-'))
  const clip = sampleAsset('mp4')
  await writeFile(join(folder, 'clip.mp4'), clip.bytes)
  process.chdir(folder)
  await stopClock(database, nowMs)
  const lines = listen()
  const { app, accounts } = emulator.credentials()
  const { accessToken = '', refreshToken } = accounts[0] ?? {}
  const pool = database.source.pool ?? toPool(database.source.pglite)
  const tokens = { accessToken, ...(refreshToken ? { refreshToken } : {}) }
  vi.stubEnv('OFM_KEY', secretKey)
  vi.doMock('./host-app.ts', () => ({ pool, tokens, clientId: app.clientId, clientSecret: app.clientSecret }))
  vi.doMock('@ofm-social/platform-x', async (importOriginal) => {
    const { createXAdapter } = await importOriginal<typeof import('@ofm-social/platform-x')>()
    return { createXAdapter: () => createXAdapter({ baseUrl: emulator.url }) }
  })
  return {
    emulator,
    clip,
    lines,
    /** Lets time pass in steps, and runs what is due at each. */
    async runUntil(time: string, { social, stepMs }: { readonly social: Social; readonly stepMs: number }) {
      for (const end = Date.parse(time); nowMs < end; ) {
        nowMs = Math.min(end, nowMs + stepMs)
        await database.admin('update ofm.test_clock set at = $1::timestamptz', [new Date(nowMs).toISOString()])
        while ((await social.tick({ maxMs: 60_000 })).advanced > 0);
      }
    },
    async [Symbol.asyncDispose]() {
      await emulator.close()
      await database.close()
      process.chdir(home)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function listen(): string[] {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.join(' ')))
  return lines
}

/** Migrates as the app's login, then lets a row be the database's clock. */
async function stopClock({ source, admin }: TestDatabase, nowMs: number): Promise<void> {
  await createSocial({ store: createPostgresStore(source), adapters: [], secretKey }).migrate()
  await admin('create table ofm.test_clock (at timestamptz not null)')
  await admin('insert into ofm.test_clock values ($1)', [new Date(nowMs).toISOString()])
  await admin('grant select on ofm.test_clock to public')
  await admin(
    `create or replace function ofm.now() returns timestamptz language sql stable as 'select at from ofm.test_clock'`,
  )
}
