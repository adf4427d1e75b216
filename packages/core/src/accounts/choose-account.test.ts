import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import { Secret } from '../platform/secret.ts'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'

const redirectUri = 'https://app.test/callback/pages'
const ada: AccountProfile = {
  externalId: '17',
  username: 'ada',
  name: 'The Page of Ada',
  url: 'https://pages.test/ada',
}
const bea: AccountProfile = { externalId: '18', username: 'bea', aliases: ['person-1'] }
const stateUnknown = expect.objectContaining({ code: 'state_unknown' })

/** A platform where each login reaches all accounts of `reached`. */
function createPages(reached: readonly AccountProfile[] | PlatformError) {
  const published: { token: string; account: string | undefined }[] = []
  const adapter: PlatformAdapter = {
    platform: 'pages',
    displayName: 'Pages',
    limits: { textLengthMax: 100, source: 'a test', checkedOn: '2026-11-26' },
    checkPart: () => [],
    async publish(_, context) {
      published.push({ token: (await context.accessToken()).reveal(), account: context.account?.externalId })
      return { status: 'published' }
    },
    async listAccounts() {
      if (reached instanceof PlatformError) throw reached
      return reached
    },
    oauth: {
      scopes: ['read', 'write'],
      pkce: false,
      authorizeUrl: ({ state }) => `https://pages.test/login?state=${encodeURIComponent(state)}`,
      exchange: async ({ code }) => ({
        accessToken: new Secret(`CANARY-access-${code.reveal()}`),
        refreshToken: new Secret('CANARY-refresh'),
        expiresInMs: 7_200_000,
        scopes: ['read'],
      }),
    },
  }
  return { adapter, published }
}

async function start(reached: readonly AccountProfile[] | PlatformError = [ada, bea]) {
  const { adapter, published } = createPages(reached)
  const social = await createTestSocial({
    adapters: [adapter],
    apps: { pages: { clientId: 'app', clientSecret: 'CANARY' } },
  })
  return { social, published, connect: social.accounts.connect }
}

async function begin({ accounts }: Pick<TestSocial, 'accounts'>, creator = 'ada'): Promise<string> {
  const { url } = await accounts.connect.begin({ creator, platform: 'pages', redirectUri, returnTo: '/settings' })
  return new URL(url).searchParams.get('state') ?? ''
}

async function logIn(social: Pick<TestSocial, 'accounts'>, creator = 'ada') {
  const completed = await social.accounts.connect.complete({ state: await begin(social, creator), code: 'code' })
  if (completed.status !== 'choose_account') throw new Error('there is nothing to choose')
  return completed
}

describe('a login that reaches several accounts', () => {
  test('connects none of them, names all, and shows no token', async () => {
    const { social } = await start()
    const answer = await logIn(social)
    expect(answer).toEqual({
      status: 'choose_account',
      state: expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
      expiresAt: new Date(social.now().getTime() + 600_000),
      candidates: [
        { externalId: '17', username: 'ada', name: 'The Page of Ada', url: 'https://pages.test/ada', standing: 'new' },
        { externalId: '18', username: 'bea', name: null, url: null, standing: 'new' },
      ],
      returnTo: '/settings',
    })
    expect(inspect(answer)).not.toContain('CANARY')
    expect((await social.accounts.list()).items).toEqual([])
  })

  test('connects the chosen one, with the tokens of the login', async () => {
    const { social, published, connect } = await start()
    const { state } = await logIn(social)
    const chosen = await connect.complete({ state, externalId: '18' })
    expect(chosen).toMatchObject({ status: 'connected', returnTo: '/settings', missingScopes: ['write'] })
    const [account, ...others] = (await social.accounts.list()).items
    expect(others).toEqual([])
    expect(account).toMatchObject({
      externalId: '18',
      username: 'bea',
      connection: { state: 'active', scopes: ['read'] },
    })
    expect(account?.connection.expiresAt).toEqual(new Date(social.now().getTime() + 7_200_000))
    await social.posts.create({ to: [account?.id ?? ''], text: 'Hello' })
    await social.settle()
    expect(published).toEqual([{ token: 'CANARY-access-code', account: '18' }])
  })

  test('is answered once, also by two answers at the same time', async () => {
    const { social, connect } = await start()
    const { state } = await logIn(social)
    const answers = await Promise.allSettled(['17', '18'].map((externalId) => connect.complete({ state, externalId })))
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await social.accounts.list()).items).toHaveLength(1)
    await expect(connect.complete({ state, externalId: '17' })).rejects.toThrow(stateUnknown)
  })

  test('names the accounts again for an answer that is none of them, and goes on', async () => {
    const { social, connect } = await start()
    const { state } = await logIn(social)
    await expect(connect.complete({ state, externalId: '19' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'externalId must be one of those that this login reaches: 17 (@ada), 18 (@bea).',
      problems: [{ path: 'externalId', code: 'not_allowed' }],
    })
    expect(await connect.complete({ state, externalId: '17' })).toMatchObject({ account: { username: 'ada' } })
  })

  test('waits ten minutes for the answer', async () => {
    const { social, connect } = await start()
    const { state } = await logIn(social)
    await social.advance('10min')
    await expect(connect.complete({ state, externalId: '17' })).rejects.toThrow(stateUnknown)
  })

  test('belongs to its agency, and not to one that is written over it', async () => {
    const { social, connect } = await start()
    const { state } = await logIn(social.forAgency('another'))
    const own = (await begin(social)).split('.')[0]
    await expect(connect.complete({ state: `${own}.${state.split('.')[1]}`, externalId: '17' })).rejects.toThrow(
      stateUnknown,
    )
    await connect.complete({ state, externalId: '17' })
    expect((await social.accounts.list()).items).toEqual([])
    expect((await social.forAgency('another').accounts.list()).items).toMatchObject([{ username: 'ada' }])
  })

  test('takes no code for a choice, and no choice for a code', async () => {
    const { social, connect } = await start()
    const { state } = await logIn(social)
    await expect(connect.complete({ state, code: 'code' })).rejects.toThrow(stateUnknown)
    await connect.complete({ state, externalId: '17' })
    const begun = await begin(social)
    await expect(connect.complete({ state: begun, externalId: '17' })).rejects.toThrow(stateUnknown)
    expect(await connect.complete({ state: begun, code: 'code' })).toMatchObject({ status: 'choose_account' })
    const both = { state: begun, code: 'code', externalId: '17' }
    await expect(connect.complete(both)).rejects.toMatchObject({ problems: [{ path: 'code', code: 'missing' }] })
  })

  test('says which accounts are known and which are another creator’s', async () => {
    const { social, connect } = await start([ada, bea, { externalId: '19', username: 'cleo' }])
    await connect.complete({ state: (await logIn(social)).state, externalId: '17' })
    const [connected] = (await social.accounts.list()).items
    await connect.complete({ state: (await logIn(social, 'bob')).state, externalId: '18' })
    const { state, candidates } = await logIn(social)
    expect(candidates.map(({ username, standing }) => [username, standing])).toEqual([
      ['ada', 'known'],
      ['bea', 'taken'],
      ['cleo', 'new'],
    ])
    await expect(connect.complete({ state, externalId: '18' })).rejects.toMatchObject({
      code: 'account_taken',
      message: 'Pages account @bea belongs to another creator.',
    })
    expect(await connect.complete({ state, externalId: '17' })).toMatchObject({
      status: 'connected',
      account: { id: connected?.id, username: 'ada' },
    })
  })
})

test('a login that reaches one account leaves nothing to choose', async () => {
  const { social, connect } = await start([bea])
  const answer = await connect.complete({ state: await begin(social), code: 'code' })
  expect(answer).toMatchObject({ status: 'connected', account: { username: 'bea' } })
})

test.each([
  ['in the words of its platform', new PlatformError({ code: 'permission_missing', message: 'No Page was selected.' })],
  ['in ours', []],
])('a login that reaches none says so %s', async (_, reached) => {
  const { social, connect } = await start(reached)
  const message = reached instanceof PlatformError ? reached.message : 'This login of Pages reaches no account.'
  const completed = connect.complete({ state: await begin(social), code: 'code' })
  await expect(completed).rejects.toMatchObject({ code: 'connect_failed', message })
})

test('tokens that reach several accounts are added for the one that is named', async () => {
  const { social } = await start()
  const input = { creator: 'ada', platform: 'pages', tokens: { accessToken: 'CANARY-own' } }
  const missing = await social.accounts.add(input).catch((error: unknown) => error)
  expect(missing).toMatchObject({ code: 'invalid_input', problems: [{ path: 'externalId', code: 'missing' }] })
  expect(inspect(missing)).not.toContain('CANARY')
  expect(await social.accounts.add({ ...input, externalId: '18' })).toMatchObject({ username: 'bea' })
  await expect(social.accounts.add({ ...input, externalId: '19' })).rejects.toMatchObject({
    problems: [{ path: 'externalId', code: 'not_allowed', message: expect.stringContaining('17 (@ada), 18 (@bea)') }],
  })
})
