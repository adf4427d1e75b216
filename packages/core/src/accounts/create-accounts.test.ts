import { createHash, randomBytes, randomFillSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type AgencyId, createIds } from '../model/ids.ts'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { TokenSet } from '../platform/platform-oauth.ts'
import { Secret } from '../platform/secret.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import { createVault } from '../secrets/vault.ts'
import { createFixedClock } from '../testing/fixed-clock.ts'
import { createMemoryAccountStores } from '../testing/memory/memory-account-store.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createMemoryKeyStore } from '../testing/memory/memory-key-store.ts'
import type { Accounts } from './accounts.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { createReadApp } from './app-credentials.ts'
import { createAccounts } from './create-accounts.ts'
import { openTokens } from './seal-tokens.ts'

const redirectUri = 'https://app.test/callback/strict'
const tokens = { accessToken: 'CANARY-ada', refreshToken: 'CANARY-refresh' }
const agencyA = 'agency_a' as AgencyId

/** A platform where the access token `CANARY-<name>` belongs to the account of that name. */
function createPlatform() {
  const calls: string[] = []
  const exchanges: { code: string; redirectUri: string; verifier: string; clientSecret: string | undefined }[] = []
  const granted = { scopes: ['read', 'write'] }
  const adapter: PlatformAdapter = {
    platform: 'strict',
    displayName: 'Strict',
    limits: { textLengthMax: 100, source: 'a test', checkedOn: '2026-11-25' },
    checkPart: () => [],
    publish: async () => ({ status: 'published' }),
    async readAccount(context): Promise<AccountProfile> {
      calls.push('readAccount')
      const name = (await context.accessToken()).reveal().replace('CANARY-', '')
      if (name === 'expired') throw new PlatformError({ code: 'token_expired', message: 'The token has expired.' })
      if (name === 'broken') throw new TypeError(`fetch failed for ${name}`)
      return { externalId: `id-${name}`, username: name, url: `https://strict.test/${name}` }
    },
    oauth: {
      scopes: ['read', 'write'],
      pkce: true,
      authorizeUrl: ({ state, codeChallenge, scopes, app }) =>
        `https://strict.test/login?${new URLSearchParams({ state, codeChallenge, scope: scopes.join(' '), client: app.clientId })}`,
      async exchange({ code, redirectUri, codeVerifier }, { app }): Promise<TokenSet> {
        calls.push('exchange')
        exchanges.push({
          code: code.reveal(),
          redirectUri,
          verifier: codeVerifier.reveal(),
          clientSecret: app.clientSecret?.reveal(),
        })
        if (code.reveal() === 'bad')
          throw new PlatformError({ code: 'reconnect', message: 'Strict does not know this code.' })
        return {
          accessToken: new Secret('CANARY-ada'),
          refreshToken: new Secret('CANARY-refresh'),
          expiresInMs: 7_200_000,
          ...granted,
        }
      },
      async revoke(token) {
        calls.push(`revoke ${token.reveal()}`)
        if (calls.includes('revoking fails')) throw new TypeError('reset')
      },
    },
  }
  return { adapter, calls, exchanges, granted }
}

function start(options: Partial<AccountsDependencies> = {}) {
  const clock = createFixedClock()
  const stores = createMemoryAccountStores(clock.now)
  const platform = createPlatform()
  const log: unknown[] = []
  const keyRing = createKeyRing(randomBytes(32).toString('base64'), randomBytes)
  const vault = createVault({ keyStore: createMemoryKeyStore(), keyRing, randomBytes, monotonicNow: () => 0 })
  let idTime = 1_000
  const dependencies: AccountsDependencies = {
    readAgencyId: async () => agencyA,
    store: stores.accounts,
    connectStates: stores.connectStates,
    loginChoices: stores.loginChoices,
    creators: createMemoryCreatorStore(clock.now),
    vault,
    adapters: [platform.adapter],
    readApp: createReadApp({ strict: { clientId: 'client', clientSecret: 'CANARY-client' } }),
    tokensFrom: 'us',
    createId: createIds({ now: () => idTime++, random: (bytes) => randomFillSync(bytes) }),
    randomBytes,
    monotonicNow: () => 0,
    startTimeout: () => new AbortController().signal,
    log: (entry) => log.push(entry),
    ...options,
  }
  const accounts = createAccounts(dependencies)
  const others = createAccounts({ ...dependencies, readAgencyId: async () => 'agency_b' as AgencyId })
  const add = (creator = 'ada', name = 'ada') =>
    accounts.add({ creator, platform: 'strict', tokens: { ...tokens, accessToken: `CANARY-${name}` } })
  return { ...stores, ...platform, accounts, others, add, clock, log, vault, dependencies }
}

/** Completes a login that leaves nothing to choose. */
async function completeLogin({ connect }: Accounts, answer: Parameters<Accounts['connect']['complete']>[0]) {
  const completed = await connect.complete(answer)
  if (completed.status !== 'connected') throw new Error(`there is something to choose: ${completed.status}`)
  return completed
}

describe('adding an account', () => {
  test('asks the platform whose tokens they are, seals them and makes the creator', async () => {
    const { accounts, add, connections, vault, events } = start()
    const account = await add()
    expect(account).toMatchObject({
      platform: 'strict',
      externalId: 'id-ada',
      username: 'ada',
      url: 'https://strict.test/ada',
      connection: { state: 'active', reason: null },
      afterUnknown: 'ask',
      spacingMs: 120_000,
    })
    expect(await accounts.get(account.id)).toEqual(account)
    const record = await connections.read({ agencyId: agencyA, accountId: account.id })
    expect(inspect(record, { depth: 9 }) + Buffer.from(record?.tokens?.accessBox ?? []).toString()).not.toContain(
      'CANARY',
    )
    const owner = { agencyId: agencyA, creatorId: account.creatorId, accountId: account.id }
    if (!record?.tokens) throw new Error('no tokens')
    const opened = await openTokens(vault, owner, record.tokens)
    expect([opened.accessToken.reveal(), opened.refreshToken?.reveal()]).toEqual(['CANARY-ada', 'CANARY-refresh'])
    expect(events).toMatchObject([{ type: 'account.connected', by: 'app', accountId: account.id }])
  })

  test('again brings its tokens up to date and keeps what was set', async () => {
    const { accounts, add, connections, events } = start()
    const first = await add()
    await accounts.update(first.id, { spacing: 5_000 })
    const again = await add()
    expect(again).toMatchObject({ id: first.id, spacingMs: 5_000 })
    expect(await connections.read({ agencyId: agencyA, accountId: first.id })).toMatchObject({ version: 2 })
    expect(events.map(({ type }) => type)).toEqual(['account.connected', 'account.updated', 'account.connected'])
  })

  test('twice at once makes one account, and its tokens open', async () => {
    const { accounts, add, connections, vault } = start()
    const [one, other] = await Promise.all([add(), add()])
    expect([one, other]).toMatchObject([{ id: other.id, username: 'ada' }, { username: 'ada' }])
    expect((await accounts.list()).items).toHaveLength(1)
    const record = await connections.read({ agencyId: agencyA, accountId: one.id })
    const owner = { agencyId: agencyA, creatorId: one.creatorId, accountId: one.id }
    if (!record?.tokens) throw new Error('no tokens')
    expect((await openTokens(vault, owner, record.tokens)).accessToken.reveal()).toBe('CANARY-ada')
  })

  test('that another creator has is refused, and the same account is free in another agency', async () => {
    const { add, others } = start()
    await add('ada', 'shared')
    await expect(add('bob', 'shared')).rejects.toMatchObject({
      code: 'account_taken',
      message: 'Strict account @shared belongs to another creator.',
    })
    await others.add({ creator: 'bob', platform: 'strict', tokens: { accessToken: 'CANARY-shared' } })
  })

  test('keeps expiry and scopes that the caller knows, and names what is missing', async () => {
    const { accounts } = start()
    const expiresAt = new Date(1_800_000_000_000)
    const account = await accounts.add({
      creator: 'ada',
      platform: 'strict',
      tokens: { ...tokens, expiresAt, scopes: ['read'] },
    })
    expect(account.connection).toMatchObject({ expiresAt, scopes: ['read'], missingScopes: ['write'] })
  })

  test('says what the platform said, without a token', async () => {
    const { add } = start()
    await expect(add('ada', 'expired')).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'The token has expired.',
    })
    const broken = await add('ada', 'broken').catch((error: unknown) => error)
    expect(broken).toMatchObject({ code: 'platform_failed' })
    expect(inspect(broken)).not.toContain('CANARY')
  })

  test('refuses bad input with all problems, without showing a token', async () => {
    const { accounts, calls } = start()
    const bad = { creator: '', platform: 'strict', tokens: { acessToken: 'CANARY' } } as never
    const error = await accounts.add(bad).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'creator' }, { path: 'tokens/accessToken', code: 'missing' }, { path: 'tokens/acessToken' }],
    })
    expect(inspect(error)).not.toContain('CANARY')
    await expect(accounts.add({ creator: 'ada', platform: 'strict', externalId: '1' })).rejects.toMatchObject({
      problems: [{ path: 'tokens', code: 'missing', message: expect.stringContaining('tokenSource') }],
    })
    await expect(accounts.add({ creator: 'ada', platform: 'y', tokens })).rejects.toMatchObject({
      code: 'unknown_platform',
      message: 'There is no adapter for y. Platforms here: strict.',
    })
    expect(calls).toEqual([])
  })

  test('without tokens calls nobody where the host brings them', async () => {
    const { accounts, calls, connections } = start({ tokensFrom: 'host' })
    const account = await accounts.add({ creator: 'ada', platform: 'strict', externalId: '7', username: 'ada' })
    expect(account).toMatchObject({
      externalId: '7',
      username: 'ada',
      connection: { state: 'active', expiresAt: null },
    })
    expect(await connections.read({ agencyId: agencyA, accountId: account.id })).toMatchObject({ tokens: null })
    expect(calls).toEqual([])
  })
})

describe('accounts', () => {
  test('are listed by creator and platform, newest first', async () => {
    const { accounts, add } = start()
    const one = await add('ada', 'one')
    const two = await add('ada', 'two')
    await add('bob', 'three')
    expect((await accounts.list({ creator: 'ada' })).items).toEqual([two, one])
    expect((await accounts.list({ creator: 'ada', limit: 1 })).next).toBe(two.id)
    expect((await accounts.list({ platform: 'other' })).items).toEqual([])
    expect((await accounts.list({ creator: 'unknown' })).items).toEqual([])
  })

  test('of another agency, and ids that are none, are not found', async () => {
    const { add, others } = start()
    const { id } = await add()
    const notFound = expect.objectContaining({ code: 'not_found' })
    await expect(others.get(id)).rejects.toThrow(notFound)
    await expect(others.update(id, { spacing: 1 })).rejects.toThrow(notFound)
    await expect(others.disconnect(id)).rejects.toThrow(notFound)
    await expect(others.get('id')).rejects.toThrow(notFound)
    expect((await others.list()).items).toEqual([])
  })

  test('change what they do after an unknown outcome, with an event that says who', async () => {
    const { accounts, add, events } = start()
    const { id } = await add()
    const changed = await accounts.update(id, { afterUnknown: 'repeat_once', spacing: 0, by: 'mia' })
    expect(changed).toMatchObject({ afterUnknown: 'repeat_once', spacingMs: 0 })
    expect(events.at(-1)).toMatchObject({
      type: 'account.updated',
      by: 'mia',
      details: { afterUnknown: 'repeat_once', spacingMs: 0 },
    })
    await expect(accounts.update(id, { spacing: -1, afterUnknown: 'x' as never })).rejects.toMatchObject({
      problems: [{ path: 'afterUnknown' }, { path: 'spacing', message: 'spacing is -1; it must be at least 0.' }],
    })
  })

  test('are disconnected once: tokens forgotten and revoked, one event', async () => {
    const { accounts, add, calls, connections, events } = start()
    const { id } = await add()
    const account = await accounts.disconnect(id, { by: 'mia' })
    expect(account.connection.state).toBe('disconnected')
    expect(await connections.read({ agencyId: agencyA, accountId: id })).toMatchObject({
      tokens: null,
      state: 'disconnected',
    })
    await accounts.disconnect(id)
    expect(calls.filter((call) => call.startsWith('revoke'))).toEqual(['revoke CANARY-refresh', 'revoke CANARY-ada'])
    expect(events.filter(({ type }) => type === 'account.disconnected')).toMatchObject([{ by: 'mia' }])
    expect((await add()).connection.state).toBe('active')
  })

  test('are disconnected also when the platform does not answer', async () => {
    const { accounts, add, calls, log } = start()
    const { id } = await add()
    calls.push('revoking fails')
    expect((await accounts.disconnect(id)).connection.state).toBe('disconnected')
    expect(log).toMatchObject([{ level: 'warn', accountId: id }])
    expect(inspect(log)).not.toContain('CANARY')
  })
})

describe('connecting by login', () => {
  async function begin(rig = start(), returnTo?: string) {
    const begun = await rig.accounts.connect.begin({ creator: 'ada', platform: 'strict', redirectUri, returnTo })
    const query = new URL(begun.url).searchParams
    return { ...rig, begun, query, state: query.get('state') ?? '' }
  }

  test('goes to the platform and back, with PKCE, and returns where it came from', async () => {
    const { accounts, begun, query, state, exchanges, clock } = await begin(start(), '/settings?tab=1')
    expect(begun.expiresAt.getTime()).toBe(clock.now() + 600_000)
    expect(query.get('scope')).toBe('read write')
    const answer = await completeLogin(accounts, { state, code: 'CANARY-code' })
    expect(answer).toMatchObject({ returnTo: '/settings?tab=1', missingScopes: [], account: { username: 'ada' } })
    expect(answer.account.connection.expiresAt).toEqual(new Date(clock.now() + 7_200_000))
    expect(exchanges).toMatchObject([{ code: 'CANARY-code', redirectUri, clientSecret: 'CANARY-client' }])
    const challenge = createHash('sha256')
      .update(exchanges[0]?.verifier ?? '')
      .digest('base64url')
    expect(query.get('codeChallenge')).toBe(challenge)
  })

  test('works once: a second callback is an error without a call', async () => {
    const { accounts, state, calls } = await begin()
    const answers = await Promise.allSettled([1, 2].map(() => accounts.connect.complete({ state, code: 'code' })))
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(accounts.connect.complete({ state, code: 'code' })).rejects.toMatchObject({ code: 'state_unknown' })
    expect(calls.filter((call) => call === 'exchange')).toHaveLength(1)
  })

  test('ends after ten minutes', async () => {
    const { accounts, state, clock, calls } = await begin()
    clock.advance(600_000)
    await expect(accounts.connect.complete({ state, code: 'code' })).rejects.toMatchObject({ code: 'state_unknown' })
    expect(calls).toEqual([])
  })

  test.each(['', '.', 'x', 'YWdlbmN5X2E', 'YWdlbmN5X2E.AAAA', 'AGFnZW5jeQ.AAAA'])(
    'refuses a state that was never begun: %j',
    async (state) => {
      const { accounts, calls } = await begin()
      await expect(accounts.connect.complete({ state, code: 'code' })).rejects.toMatchObject({
        code: state === '' ? 'invalid_input' : 'state_unknown',
      })
      expect(calls).toEqual([])
    },
  )

  test('carries its agency: any other social completes it for the agency that began', async () => {
    const { accounts, others, state } = await begin()
    const { account } = await completeLogin(others, { state, code: 'code' })
    expect(await accounts.get(account.id)).toEqual(account)
  })

  test('does not accept the state under another agency', async () => {
    const { accounts, state } = await begin()
    const forged = `${Buffer.from('agency_b').toString('base64url')}.${state.split('.')[1]}`
    await expect(accounts.connect.complete({ state: forged, code: 'code' })).rejects.toMatchObject({
      code: 'state_unknown',
    })
  })

  test('says why the person or the platform refused, and uses the state up', async () => {
    const { accounts, state, calls } = await begin()
    await expect(
      accounts.connect.complete({ state, error: 'access_denied', errorDescription: 'The user said no' }),
    ).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'Strict did not connect the account: The user said no.',
    })
    await expect(accounts.connect.complete({ state, code: 'code' })).rejects.toMatchObject({ code: 'state_unknown' })
    const again = await begin()
    await expect(again.accounts.connect.complete({ state: again.state, code: 'bad' })).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'Strict does not know this code.',
    })
    expect(calls).toEqual([])
  })

  test('names scopes that were not granted', async () => {
    const { accounts, state, granted, events } = await begin()
    granted.scopes = ['read']
    const { account, missingScopes } = await completeLogin(accounts, { state, code: 'code' })
    expect(missingScopes).toEqual(['write'])
    expect(account.connection).toMatchObject({ scopes: ['read'], missingScopes: ['write'] })
    expect(events).toMatchObject([{ details: { missingScopes: ['write'] } }])
  })

  test('refuses an account of another creator', async () => {
    const rig = start()
    await rig.add('bob', 'ada')
    const { accounts, state } = await begin(rig)
    await expect(accounts.connect.complete({ state, code: 'code' })).rejects.toMatchObject({ code: 'account_taken' })
  })

  test('stores neither state nor verifier in clear', async () => {
    const stored: unknown[] = []
    const rig = start()
    const connectStates = {
      ...rig.connectStates,
      add: (...row: Parameters<typeof rig.connectStates.add>) => {
        stored.push(row)
        return rig.connectStates.add(...row)
      },
    }
    const accounts = createAccounts({ ...rig.dependencies, connectStates })
    const { url } = await accounts.connect.begin({ creator: 'ada', platform: 'strict', redirectUri })
    const state = new URL(url).searchParams.get('state') ?? ''
    await accounts.connect.complete({ state, code: 'code' })
    const text = JSON.stringify(stored)
    expect(text).toContain(createHash('sha256').update(state).digest('hex'))
    expect(text).not.toContain(state.split('.')[1])
    expect(text).not.toContain(rig.exchanges[0]?.verifier)
  })

  test('says what is missing: an app, a login, an answer', async () => {
    const input = { creator: 'ada', platform: 'strict', redirectUri }
    await expect(start({ readApp: createReadApp() }).accounts.connect.begin(input)).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('apps: { strict: { clientId'),
    })
    const { oauth: _oauth, ...adapter } = createPlatform().adapter
    await expect(start({ adapters: [adapter] }).accounts.connect.begin(input)).rejects.toMatchObject({
      code: 'not_allowed',
    })
    await expect(start().accounts.connect.begin({ ...input, redirectUri: '/callback' })).rejects.toMatchObject({
      problems: [{ path: 'redirectUri', message: 'redirectUri must be a URL without #.' }],
    })
    await expect(start().accounts.connect.complete({ state: 'x' } as never)).rejects.toMatchObject({
      problems: [{ path: 'code', code: 'missing' }],
    })
  })
})
