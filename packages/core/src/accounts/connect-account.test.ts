import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Accounts } from './accounts.ts'
import { createPlatform, redirectUri, start } from './accounts-rig.test-support.ts'
import { createReadApp } from './app-credentials.ts'
import { createAccounts } from './create-accounts.ts'

/** Completes a login that leaves nothing to choose. */
async function completeLogin({ connect }: Accounts, answer: Parameters<Accounts['connect']['complete']>[0]) {
  const completed = await connect.complete(answer)
  if (completed.status !== 'connected') throw new Error(`there is something to choose: ${completed.status}`)
  return completed
}

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

  test.each([{ error: 'access_denied' }, { code: 'bad' }, { code: 'code', takenBy: 'bob' }])(
    'says where it began when it fails: %j',
    async ({ takenBy, ...answer }) => {
      const rig = start()
      if (takenBy) await rig.add(takenBy, 'ada')
      const { accounts, state } = await begin(rig, '/settings?tab=1')
      await expect(accounts.connect.complete({ state, ...answer } as never)).rejects.toMatchObject({
        code: takenBy ? 'account_taken' : 'connect_failed',
        returnTo: '/settings?tab=1',
      })
      await expect(accounts.connect.complete({ state, ...answer } as never)).rejects.toMatchObject({
        code: 'state_unknown',
        returnTo: null,
      })
    },
  )

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
