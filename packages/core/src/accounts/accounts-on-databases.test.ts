import { randomBytes } from 'node:crypto'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCreators } from '../creators/create-creators.ts'
import { type AgencyId, createIds } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { Secret } from '../platform/secret.ts'
import { createPostgresPorts } from '../postgres/create-postgres-store.ts'
import { openTestStore } from '../postgres/testing/open-test-store.ts'
import type { TestClock } from '../postgres/testing/test-clock.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import { createVault } from '../secrets/vault.ts'
import type { StorePorts } from '../store-ports.ts'
import { refreshCases } from '../testing/refresh-cases.ts'
import type { AccountEvent } from './account-event.ts'
import { createReadApp } from './app-credentials.ts'
import { createAccounts } from './create-accounts.ts'

const redirectUri = 'https://app.test/callback/strict'
const app = { clientId: 'client', clientSecret: 'CANARY-client' }
let idTime = 1_800_000_000_000
const createId = createIds({ now: () => idTime++, random: (bytes) => Uint8Array.from(randomBytes(bytes.length)) })

const adapter: PlatformAdapter = {
  platform: 'strict',
  displayName: 'Strict',
  limits: { textLengthMax: 100, source: 'a test', checkedOn: '2026-11-25' },
  checkPart: () => [],
  publish: async () => ({ status: 'published' }),
  readAccount: async () => ({ externalId: '42', username: 'ada' }),
  oauth: {
    scopes: ['read', 'write'],
    pkce: true,
    authorizeUrl: ({ state }) => `https://strict.test/login?state=${state}`,
    exchange: async () => ({
      accessToken: new Secret('CANARY-access'),
      refreshToken: new Secret('CANARY-refresh'),
      expiresInMs: 7_200_000,
      scopes: ['read'],
    }),
  },
}

/** Where a login reaches two accounts. */
const { readAccount: _, ...single } = adapter
const pages: PlatformAdapter = {
  ...single,
  platform: 'pages',
  listAccounts: async () => [
    { externalId: '42', username: 'ada', name: "Ada's Page" },
    { externalId: '43', username: 'bea', aliases: ['7'] },
  ],
}

eachDatabase('accounts', (open) => {
  let opened: TestDatabase
  let ports: StorePorts
  let clock: TestClock
  beforeAll(async () => {
    opened = await open()
    ;({ clock } = await openTestStore(opened.source))
    ports = createPostgresPorts(opened.source)
  })
  afterAll(() => opened.close())

  async function addAgency(): Promise<AgencyId> {
    const id = createId('agency')
    await ports.agencies.ensure({ id, externalId: id })
    return id
  }

  function startAccounts(agencyId: AgencyId) {
    const keyRing = createKeyRing(randomBytes(32).toString('base64'), randomBytes)
    const accounts = createAccounts({
      readAgencyId: async () => agencyId,
      store: ports.accounts,
      connectStates: ports.connectStates,
      loginChoices: ports.loginChoices,
      creators: ports.creators,
      vault: createVault({ keyStore: ports.keys, keyRing, randomBytes, monotonicNow: () => 0 }),
      adapters: [adapter, pages],
      readApp: createReadApp({ strict: app, pages: app }),
      tokensFrom: 'us',
      createId,
      randomBytes,
      monotonicNow: () => 0,
      startTimeout: () => new AbortController().signal,
      log: () => undefined,
    })
    const creators = createCreators({ readAgencyId: async () => agencyId, store: ports.creators, createId })
    return { accounts, creators }
  }

  type TestAccounts = ReturnType<typeof startAccounts>['accounts']

  async function login(accounts: TestAccounts, platform: 'strict' | 'pages' = 'strict') {
    const { url } = await accounts.connect.begin({ creator: 'ada', platform, redirectUri, returnTo: '/home' })
    return new URL(url).searchParams.get('state') ?? ''
  }

  async function loginToChoose(accounts: TestAccounts) {
    const completed = await accounts.connect.complete({ state: await login(accounts, 'pages'), code: 'CANARY-code' })
    if (completed.status !== 'choose_account') throw new Error('there is nothing to choose')
    return completed
  }

  describe('refreshing a token', () => {
    const cases = refreshCases(async () => {
      const agencyId = await addAgency()
      return {
        ...ports,
        agencyId,
        advance: (ms) => clock.advance(ms),
        async readEvents() {
          const rows = await opened.admin(
            'select type, by, reason, details from ofm.event where agency_id = $1 order by position',
            [agencyId],
          )
          return rows as unknown as AccountEvent[]
        },
      }
    })
    for (const { name, run } of cases) test(name, run)
  })

  test('connect, connect again, change, disconnect, and are listed', async () => {
    const { accounts, creators } = startAccounts(await addAgency())
    const state = await login(accounts)
    const completed = await accounts.connect.complete({ state, code: 'CANARY-code' })
    if (completed.status !== 'connected') throw new Error('there is something to choose')
    const { account, missingScopes, returnTo } = completed
    expect({ missingScopes, returnTo }).toEqual({ missingScopes: ['write'], returnTo: '/home' })
    expect(account).toMatchObject({ username: 'ada', url: null, connection: { state: 'active', scopes: ['read'] } })
    await accounts.update(account.id, { spacing: 7_000, afterUnknown: 'repeat_once' })
    const again = await accounts.add({ creator: 'ada', platform: 'strict', tokens: { accessToken: 'CANARY-other' } })
    expect(again).toMatchObject({ id: account.id, spacingMs: 7_000, afterUnknown: 'repeat_once' })
    expect(again.connection.expiresAt).toBeNull()
    expect((await accounts.list({ creator: 'ada', platform: 'strict' })).items).toEqual([again])
    expect((await accounts.disconnect(account.id)).connection.state).toBe('disconnected')
    expect(await creators.get('ada')).toMatchObject({ id: account.creatorId, externalId: 'ada' })
  })

  test('belong to one creator of an agency, and to another agency as well', async () => {
    const { accounts } = startAccounts(await addAgency())
    await accounts.add({ creator: 'ada', platform: 'strict', tokens: { accessToken: 'CANARY-1' } })
    const taken = accounts.add({ creator: 'bob', platform: 'strict', tokens: { accessToken: 'CANARY-2' } })
    await expect(taken).rejects.toMatchObject({ code: 'account_taken' })
    const elsewhere = startAccounts(await addAgency()).accounts
    await elsewhere.add({ creator: 'bob', platform: 'strict', tokens: { accessToken: 'CANARY-2' } })
  })

  test('that are added by many at once exist once, with one creator and one data key', async () => {
    const agencyId = await addAgency()
    const { accounts } = startAccounts(agencyId)
    const tokens = { accessToken: 'CANARY-1' }
    const added = await Promise.all(
      Array.from({ length: 8 }, () => accounts.add({ creator: 'ada', platform: 'strict', tokens })),
    )
    expect(new Set(added.map(({ id }) => id)).size).toBe(1)
    const [count] = await opened.admin('select count(*)::int as keys from ofm.data_key where agency_id = $1', [
      agencyId,
    ])
    expect(count).toEqual({ keys: 1 })
  })

  test('take a state once, also from two callbacks at the same time, and not after ten minutes', async () => {
    const { accounts } = startAccounts(await addAgency())
    const state = await login(accounts)
    const answers = await Promise.allSettled([1, 2].map(() => accounts.connect.complete({ state, code: 'code' })))
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const late = await login(accounts)
    await clock.advance(600_000)
    await expect(accounts.connect.complete({ state: late, code: 'code' })).rejects.toMatchObject({
      code: 'state_unknown',
    })
  })

  test('are chosen once of those that a login reaches, also by two answers at the same time, and not after ten minutes', async () => {
    const { accounts } = startAccounts(await addAgency())
    const { state } = await loginToChoose(accounts)
    const answers = await Promise.allSettled(
      ['42', '43'].map((externalId) => accounts.connect.complete({ state, externalId })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { state: late, expiresAt, candidates } = await loginToChoose(accounts)
    expect(candidates.map(({ standing }) => standing).sort()).toEqual(['known', 'new'])
    await clock.advance(600_000)
    expect(expiresAt.getTime()).toBeLessThanOrEqual(await ports.accounts.readNow())
    await expect(accounts.connect.complete({ state: late, externalId: '42' })).rejects.toMatchObject({
      code: 'state_unknown',
    })
    const rows = () => opened.admin('select count(*)::int as rows from ofm.login_choice')
    const before = await rows()
    await loginToChoose(accounts)
    expect(await rows()).toEqual(before)
  })

  test('are what the login said of them when they are chosen', async () => {
    const agencyId = await addAgency()
    const { accounts } = startAccounts(agencyId)
    const { state } = await loginToChoose(accounts)
    const chosen = await accounts.connect.complete({ state, externalId: '43' })
    expect(chosen).toMatchObject({ returnTo: '/home', missingScopes: ['write'], account: { username: 'bea' } })
    const [row] = await opened.admin('select aliases, app_key from ofm.account where agency_id = $1', [agencyId])
    expect(row).toEqual({ aliases: ['7'], app_key: 'client' })
  })

  test('leave no secret in any table', async () => {
    const { accounts } = startAccounts(await addAgency())
    const state = await login(accounts)
    await accounts.connect.complete({ state, code: 'CANARY-code' })
    await login(accounts)
    const choice = await loginToChoose(accounts)
    const tables = await opened.admin("select tablename as name from pg_tables where schemaname = 'ofm'")
    expect(tables.length).toBeGreaterThan(10)
    for (const { name } of tables) {
      const rows = await opened.admin(`select t::text as text from ofm.${String(name)} t`)
      const text = JSON.stringify(rows)
      expect(text, String(name)).not.toContain('CANARY')
      expect(text, String(name)).not.toContain(Buffer.from('CANARY').toString('hex'))
      expect(text, String(name)).not.toContain(choice.state.split('.')[1])
    }
  })
})
