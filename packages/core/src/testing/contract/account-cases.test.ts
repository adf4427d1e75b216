import type { Secret } from '../../platform/secret.ts'
import { createBoardAdapter, createSharedBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  [
    'mixes accounts up',
    'keeps two accounts apart',
    (right) => {
      let first: Secret | undefined
      return {
        async publish(part, context) {
          first ??= await context.accessToken()
          const token = first
          return right.publish(part, { ...context, accessToken: async () => token })
        },
      }
    },
  ],
  [
    'reads one account only',
    'says whose token it is',
    () => ({
      readAccount: async () => ({ externalId: 'u1', username: 'ada' }),
    }),
  ],
  [
    'calls an account otherwise',
    'says whose token it is',
    ({ readAccount }) => ({
      readAccount: async (context) => ({ ...(await readAccount(context)), username: 'nobody' }),
    }),
  ],
  [
    'says an address of an account that is none',
    'says whose token it is',
    ({ readAccount }) => ({ readAccount: async (context) => ({ ...(await readAccount(context)), url: '@ada' }) }),
  ],
])

testThatEachFails(createSharedBoardAdapter, [
  [
    'lists an account twice',
    'says whose token it is',
    ({ listAccounts }) => ({
      async listAccounts(context) {
        const accounts = await listAccounts(context)
        return [...accounts, ...accounts]
      },
    }),
  ],
  [
    'leaves an account out',
    'says whose token it is',
    ({ listAccounts }) => ({ listAccounts: async (context) => (await listAccounts(context)).slice(1) }),
  ],
  ['lists without a token', 'says when a token is no longer taken', () => ({ listAccounts: async () => [] })],
  [
    'publishes on the account of the login only',
    'publishes on each account that one login reaches, and only there',
    ({ publish }) => ({ publish: (part, { account: _, ...context }) => publish(part, context) }),
  ],
])
