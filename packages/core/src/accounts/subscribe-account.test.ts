import { describe, expect, test } from 'vitest'
import type { CallContext } from '../platform/call-context.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import { findLeak } from '../testing/contract/find-leak.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { createPlatform, redirectUri, start } from './accounts-rig.test-support.ts'

/** The platform of account tests, which tells what happens when it is asked to; `answer` says how that goes. */
function startTelling(
  answer: (context: CallContext) => Promise<void> = async () => undefined,
  options: Partial<AccountsDependencies> = {},
) {
  const asked: { readonly account: CallContext['account']; readonly token: string }[] = []
  const { adapter: silent } = createPlatform()
  const adapter: PlatformAdapter = {
    ...silent,
    async subscribe(context) {
      asked.push({ account: context.account, token: (await context.accessToken()).reveal() })
      await answer(context)
    },
  }
  return { ...start({ adapters: [adapter], ...options }), asked }
}

const ada = { account: { externalId: 'id-ada', username: 'ada' }, token: 'CANARY-ada' }
const warning = { level: 'warn', message: 'the platform was not asked to tell what happens on an account' }

describe('a platform that can tell what happens is asked to', () => {
  test('when an account is added, and when it is added again', async () => {
    const { add, asked } = startTelling()
    await add()
    await add()
    expect(asked).toEqual([ada, ada])
  })

  test('when an account is connected by login', async () => {
    const { accounts, asked } = startTelling()
    const { url } = await accounts.connect.begin({ creator: 'ada', platform: 'strict', redirectUri })
    await accounts.connect.complete({ state: new URL(url).searchParams.get('state') ?? '', code: 'code' })
    expect(asked).toEqual([ada])
  })

  test('when an account is chosen, for that one alone', async () => {
    const { adapter, asked } = await chooseBea()
    expect(adapter.readAccount).toBeUndefined()
    expect(asked).toEqual([{ account: { externalId: 'id-bea', username: 'bea' }, token: 'CANARY-ada' }])
  })

  test('but not for an account whose tokens the host has', async () => {
    const { accounts, asked } = startTelling(undefined, { tokensFrom: 'host' })
    await accounts.add({ creator: 'ada', platform: 'strict', externalId: 'id-ada' })
    expect(asked).toEqual([])
  })

  test('with the credentials of the app, and nothing of a post', async () => {
    const seen: CallContext[] = []
    const { add } = startTelling(async (context) => void seen.push(context))
    await add()
    expect(seen).toMatchObject([{ app: { clientId: 'client' }, attempt: { number: 0 }, checkpoint: undefined }])
  })
})

describe('a platform that does not do so', () => {
  const refusal = new PlatformError({
    code: 'permission_missing',
    message: 'Refused for CANARY-ada',
    platformCode: '200',
  })

  test.each([
    ['refuses', async () => Promise.reject(refusal), { error: 'permission_missing', platformCode: '200' }],
    [
      'fails in words that repeat the token',
      async () => Promise.reject(new TypeError('CANARY-ada')),
      { error: 'TypeError' },
    ],
  ])('because it %s leaves the account connected, and the log says so without a token', async (_, answer, why) => {
    const { add, log, accounts } = startTelling(answer)
    const { id } = await add()
    expect((await accounts.get(id)).connection.state).toBe('active')
    expect(log).toEqual([{ ...warning, platform: 'strict', accountId: id, ...why }])
    expect(findLeak(log, ['CANARY'])).toBeUndefined()
  })

  test('because it does not answer keeps nobody waiting for longer than a call may take', async () => {
    const timeouts: number[] = []
    const startTimeout = (ms: number) => {
      timeouts.push(ms)
      // The first call reads whose token it is.
      return timeouts.length === 1
        ? new AbortController().signal
        : AbortSignal.abort(new DOMException('', 'TimeoutError'))
    }
    const { add, log } = startTelling(() => new Promise(() => undefined), { startTimeout })
    await add()
    expect(timeouts).toEqual([10_000, 10_000])
    expect(log).toMatchObject([{ ...warning, error: 'TimeoutError' }])
  })
})

/** A login that reaches two accounts, of which the second is chosen. */
async function chooseBea() {
  const asked: unknown[] = []
  const { readAccount: _, ...silent } = createPlatform().adapter
  const adapter: PlatformAdapter = {
    ...silent,
    listAccounts: async () => ['ada', 'bea'].map((username) => ({ externalId: `id-${username}`, username })),
    async subscribe(context) {
      asked.push({ account: context.account, token: (await context.accessToken()).reveal() })
    },
  }
  const { connect } = start({ adapters: [adapter] }).accounts
  const { url } = await connect.begin({ creator: 'ada', platform: 'strict', redirectUri })
  const offered = await connect.complete({ state: new URL(url).searchParams.get('state') ?? '', code: 'code' })
  expect([offered.status, asked]).toEqual(['choose_account', []])
  await connect.complete({ state: 'state' in offered ? offered.state : '', externalId: 'id-bea' })
  return { adapter, asked }
}
