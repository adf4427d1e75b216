import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })

testThatEachFails(createBoardAdapter, [
  [
    'asks once only to be told',
    'asks twice to be told what happens on each account, and nothing else happens',
    (right) => {
      const asked = new Set<string | undefined>()
      return {
        async subscribe(context) {
          if (asked.has(context.account?.externalId)) throw invalid('Asked already.')
          asked.add(context.account?.externalId)
          await right.subscribe(context)
        },
      }
    },
  ],
  [
    'publishes what it asks',
    'asks twice to be told what happens on each account, and nothing else happens',
    (right) => ({
      async subscribe(context) {
        await right.publish(
          {
            kind: 'post',
            index: 0,
            text: 'Tell me',
            assets: [],
            settings: {},
            rating: 'general',
            uploads: { ids: [] },
          },
          context,
        )
      },
    }),
  ],
  [
    'asks to be told although it is aborted',
    'does not ask to be told what happens when it is aborted before',
    (right) => ({
      subscribe: (context) => right.subscribe({ ...context, signal: new AbortController().signal }),
    }),
  ],
  [
    'goes on asking to be told after an abort',
    'stops asking to be told what happens when it is aborted',
    (right) => ({
      subscribe: (context) =>
        right.subscribe(context).catch(async (error) => {
          await right.subscribe({ ...context, signal: new AbortController().signal })
          throw error
        }),
    }),
  ],
  [
    'takes any token for asking to be told',
    'says when a token is not taken for asking to be told what happens',
    () => ({ subscribe: async () => {} }),
  ],
  [
    'keeps a refusal to itself',
    'says that the platform refuses to tell what happens, without its words about the token',
    (right) => ({ subscribe: (context) => right.subscribe(context).catch(() => {}) }),
  ],
  [
    'repeats the token when it is not told',
    'says that the platform refuses to tell what happens, without its words about the token',
    (right) => ({
      subscribe: (context) =>
        right.subscribe(context).catch(async () => {
          const message = `Not told by ${(await context.accessToken()).reveal()}`
          throw new PlatformError({ code: 'permission_missing', message })
        }),
    }),
  ],
  [
    'notices an abort when it has asked',
    'does not ask to be told what happens when it is aborted before',
    (right) => ({
      async subscribe(context) {
        await right.subscribe({ ...context, signal: new AbortController().signal })
        context.signal.throwIfAborted()
      },
    }),
  ],
  [
    'has no code for a refusal',
    'says that the platform refuses to tell what happens, without its words about the token',
    (right) => ({
      subscribe: (context) =>
        right.subscribe(context).catch(() => {
          throw new TypeError('not told')
        }),
    }),
  ],
])
