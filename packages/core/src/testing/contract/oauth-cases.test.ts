import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })

testThatEachFails(createBoardAdapter, [
  [
    'loses the state of a login',
    'asks for the permission with state, challenge and scopes',
    ({ oauth }) => ({
      oauth: { ...oauth, authorizeUrl: (request) => oauth.authorizeUrl({ ...request, state: '' }) },
    }),
  ],
  [
    'sends no challenge',
    'connects two accounts by their logins',
    ({ oauth }) => ({
      oauth: { ...oauth, authorizeUrl: (request) => oauth.authorizeUrl({ ...request, codeChallenge: '' }) },
    }),
  ],
  [
    'takes a silent platform for a revoked grant',
    'says transient when the platform answers 503 on a refresh',
    ({ oauth }) => ({
      oauth: { ...oauth, refresh: async () => ({ status: 'revoked', message: '' }) },
    }),
  ],
  [
    'repeats a refresh',
    'says transient when the platform resets the connection on a refresh',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        refresh: async (...call) => {
          await oauth.refresh?.(...call)
          return (await oauth.refresh?.(...call)) ?? { status: 'transient', message: '' }
        },
      },
    }),
  ],
  [
    'keeps refreshing a grant that is gone',
    'says revoked when the platform does not know the grant',
    ({ oauth }) => ({
      oauth: { ...oauth, refresh: async () => ({ status: 'transient', message: '' }) },
    }),
  ],
  [
    'gives the old token back',
    'refreshes tokens',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        refresh: async ({ accessToken }) => ({ status: 'refreshed', tokens: { accessToken, scopes: [] } }),
      },
    }),
  ],
  [
    'shows a code in an error',
    'takes no code with another verifier',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        exchange: (request, context) =>
          oauth.exchange(request, context).catch(() => {
            throw invalid(request.code.reveal())
          }),
      },
    }),
  ],
  [
    'puts the secret into the login',
    'asks for the permission with state, challenge and scopes',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        authorizeUrl: (request) => `${oauth.authorizeUrl(request)}&secret=${request.app.clientSecret?.reveal()}`,
      },
    }),
  ],
  [
    'revokes nothing',
    'says revoked after it revoked a grant itself',
    ({ oauth }) => ({ oauth: { ...oauth, revoke: async () => {} } }),
  ],
  [
    'leads back elsewhere',
    'asks for the permission with state, challenge and scopes',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        authorizeUrl: (request) => oauth.authorizeUrl({ ...request, redirectUri: 'https://elsewhere.example' }),
      },
    }),
  ],
  [
    'asks for no scope',
    'asks for the permission with state, challenge and scopes',
    ({ oauth }) => ({
      oauth: { ...oauth, authorizeUrl: (request) => oauth.authorizeUrl({ ...request, scopes: [] }) },
    }),
  ],
  [
    'brings tokens that are over',
    'connects two accounts by their logins',
    ({ oauth }) => ({
      oauth: { ...oauth, exchange: async (...call) => ({ ...(await oauth.exchange(...call)), expiresInMs: 0 }) },
    }),
  ],
  [
    'brings the tokens of another login',
    'connects two accounts by their logins',
    ({ oauth }) => {
      let first: ReturnType<typeof oauth.exchange> | undefined
      return {
        oauth: {
          ...oauth,
          exchange: (...call) => {
            first ??= oauth.exchange(...call)
            return first
          },
        },
      }
    },
  ],
  [
    'refreshes once',
    'refreshes tokens',
    ({ oauth }) => {
      let refreshes = 0
      return {
        oauth: {
          ...oauth,
          refresh: async (...call) => {
            refreshes += 1
            const answer = refreshes === 1 ? await oauth.refresh?.(...call) : undefined
            return answer ?? { status: 'revoked', message: '' }
          },
        },
      }
    },
  ],
  [
    'repeats a refresh, and says transient',
    'says transient when the platform answers 503 on a refresh',
    ({ oauth }) => ({
      oauth: {
        ...oauth,
        refresh: async (...call) => {
          const first = await oauth.refresh?.(...call)
          await oauth.refresh?.(...call)
          return first ?? { status: 'transient', message: '' }
        },
      },
    }),
  ],
])
