import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  [
    'publishes twice',
    'publishes text once, by one write',
    (right) => ({
      publish: async (...call) => right.publish(...call).then(() => right.publish(...call)),
    }),
  ],
  [
    'publishes twice without core/http',
    'publishes text once, by one write',
    (_, baseUrl) => ({
      async publish({ text }, context) {
        const authorization = `Bearer ${(await context.accessToken()).reveal()}`
        const headers = { authorization, 'content-type': 'application/json' }
        for (const _time of [1, 2])
          await fetch(`${baseUrl}/posts`, { method: 'POST', headers, body: JSON.stringify({ text }) })
        return { status: 'published' }
      },
    }),
  ],
  [
    'answers another id',
    'publishes text once, by one write',
    (right) => ({
      publish: async (...call) => ({ ...(await right.publish(...call)), status: 'published', externalId: 'p99' }),
    }),
  ],
  [
    'ignores an abort before',
    'sends nothing of text when it is aborted before',
    (right) => ({
      publish: (part, context) => right.publish(part, { ...context, signal: new AbortController().signal }),
    }),
  ],
  [
    'swallows an abort',
    'stops publishing text when it is aborted after its effect',
    (right) => ({
      publish: (part, context) =>
        right.publish(part, context).catch((error) => {
          if (!context.signal.aborted) throw error
          return { status: 'published' as const }
        }),
    }),
  ],
  [
    'takes an abort for not sent',
    'stops publishing text when it is aborted before its effect',
    (right) => ({
      publish: (part, context) =>
        right.publish(part, context).catch(() => {
          throw new PlatformError({ code: 'not_accepted', message: 'Aborted.' })
        }),
    }),
  ],
  [
    'sends when its time is over',
    'sends nothing of text when core forbids it or its time is over',
    (right) => ({
      publish: (part, context) => right.publish(part, { ...context, remainingMs: () => 1000 }),
    }),
  ],
  [
    'changes its mind about an outcome',
    'stays with the outcome of slow',
    (right) => {
      let questions = 0
      return {
        async readOutcome(...call) {
          questions += 1
          if (questions > 4) return { status: 'forgotten' }
          return right.readOutcome(...call)
        },
      }
    },
  ],
  ['cannot ask for an outcome', 'publishes slow once, by one write', () => ({ readOutcome: undefined as never })],
  [
    'forgets the parent',
    'publishes reply once, by one write',
    (right) => ({
      publish({ parent: _, ...part }, context) {
        return right.publish(part, context)
      },
    }),
  ],
  ['says what is no address', 'publishes text once, by one write', () => ({ readUrl: async () => 'p1' })],
  [
    'answers no address',
    'publishes text once, by one write',
    (right) => ({
      publish: async (...call) => ({ ...(await right.publish(...call)), status: 'published', url: 'p1' }),
    }),
  ],
  [
    'says another address later',
    'publishes text once, by one write',
    (right) => ({
      publish: async (...call) => ({
        ...(await right.publish(...call)),
        status: 'published',
        url: 'https://board.example/first',
      }),
    }),
  ],
  [
    'publishes on another account',
    'publishes text once, by one write',
    (right) => ({
      publish: (part, context) => right.publish(part, { ...context, account: { externalId: 'u2', username: 'bea' } }),
    }),
  ],
  [
    'leaves an image out',
    'publishes images once, by one write',
    (right) => ({
      publish: ({ uploads, ...part }, context) =>
        right.publish({ ...part, uploads: { ids: uploads.ids.slice(1) } }, context),
    }),
  ],
  [
    'notices an abort when it has published',
    'sends nothing of text when it is aborted before',
    (right) => ({
      async publish(part, context) {
        const outcome = await right.publish(part, { ...context, signal: new AbortController().signal })
        context.signal.throwIfAborted()
        return outcome
      },
    }),
  ],
  [
    'notices that core forbids it when it has published',
    'sends nothing of text when core forbids it or its time is over',
    (right) => ({
      async publish(part, context) {
        let refusal: unknown
        const outcome = await right.publish(part, {
          ...context,
          markSent(request) {
            try {
              context.markSent(request)
            } catch (error) {
              refusal = error
            }
          },
        })
        if (refusal) throw refusal
        return outcome
      },
    }),
  ],
  [
    'publishes again after an abort',
    'stops publishing text when it is aborted before its effect',
    (right) => ({
      publish: (part, context) =>
        right.publish(part, context).catch(async (error) => {
          if (context.signal.aborted) await right.publish(part, { ...context, signal: new AbortController().signal })
          throw error
        }),
    }),
  ],
])
