import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { PlatformError } from '../platform/platform-error.ts'
import type { Secret } from '../platform/secret.ts'
import {
  type BoardAdapter,
  createBoardAdapter,
  createSharedBoardAdapter,
} from './contract/__fixtures__/board-adapter.ts'
import { invalidPosts, validPosts } from './contract/__fixtures__/board-posts.ts'
import { startBoard } from './contract/__fixtures__/board-stand-in.ts'
import { platformContract } from './platform-contract.ts'

type Right = ReturnType<typeof createBoardAdapter>

const contractOf = (createAdapter: (baseUrl: string) => BoardAdapter) =>
  platformContract({ createAdapter, createStandIn: startBoard, validPosts, invalidPosts })

describe('an adapter without a fault', () => {
  for (const { name, run } of contractOf(createBoardAdapter)) test(name, run)
})

describe('an adapter without a fault whose logins reach several accounts', () => {
  for (const { name, run } of contractOf(createSharedBoardAdapter)) test(name, run)
})

const doubt = (what: string) => `does not know what became of text after ${what}`
const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })
const repeat = async <Value>(call: () => Promise<Value>) => call().catch(call)

/** What is wrong with an adapter, and the case that has to fail for it. */
const faults: readonly [
  what: string,
  failing: string,
  wrong: (right: Right, baseUrl: string) => Partial<BoardAdapter>,
][] = [
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
    'repeats after 503',
    doubt('503 after the effect'),
    (right) => ({
      publish: (...call) => repeat(() => right.publish(...call)),
    }),
  ],
  [
    'repeats after a reset',
    doubt('a connection reset after the effect'),
    (right) => ({
      publish: (...call) => repeat(() => right.publish(...call)),
    }),
  ],
  [
    'says that 503 is a refusal',
    doubt('503 after the effect'),
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(() => {
          throw invalid('No.')
        }),
    }),
  ],
  [
    'throws errors of its own',
    doubt('half an answer after the effect'),
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(() => {
          throw new TypeError('fetch failed')
        }),
    }),
  ],
  [
    'says published after a doubt',
    doubt('the page of a proxy before the effect'),
    (right) => ({
      publish: (...call) => right.publish(...call).catch(() => ({ status: 'published' as const })),
    }),
  ],
  [
    'forgets to wait',
    'says what to do when text is over a rate limit',
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch((error) => {
          throw new PlatformError({ code: 'rate_limited', message: String(error.message) })
        }),
    }),
  ],
  [
    'takes a revoked token for a bad post',
    'says what to do when text is sent with a revoked token',
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(() => {
          throw invalid('No.')
        }),
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
    'repeats the token in an error',
    'says what to do when text is refused in words that repeat the token',
    (right) => ({
      publish: (part, context) =>
        right.publish(part, context).catch(async () => {
          throw invalid(`Refused for ${(await context.accessToken()).reveal()}`)
        }),
    }),
  ],
  [
    'hides the token in a cause',
    'says what to do when text is refused with status 422',
    (right) => ({
      publish: (part, context) =>
        right.publish(part, context).catch(async () => {
          const request = { headers: { authorization: `Bearer ${(await context.accessToken()).reveal()}` } }
          throw new PlatformError({ code: 'invalid_post', message: 'Refused.', cause: { request } })
        }),
    }),
  ],
  [
    'saves the token in a checkpoint',
    'prepares images twice from the start, and nothing becomes public',
    (right) => ({
      async prepare(part, context) {
        await context.save({ ids: [], token: (await context.accessToken()).reveal() } as { ids: string[] })
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'publishes while it prepares',
    'prepares text twice from the start, and nothing becomes public',
    (right) => ({
      async prepare(part, context) {
        await right.publish({ ...part, uploads: { ids: [] } }, context)
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'saves no checkpoint',
    'resumes preparing images without uploading again what is uploaded',
    (right) => ({
      prepare: (part, context) => right.prepare(part, { ...context, save: async () => {} }),
    }),
  ],
  [
    'starts again from nothing',
    'resumes preparing images without uploading again what is uploaded',
    (right) => ({
      async prepare(part, context) {
        if (context.attempt.number === 0 && context.checkpoint?.ids.length !== part.assets.length) {
          return right.prepare(part, { ...context, checkpoint: undefined })
        }
        return right.prepare(part, context)
      },
    }),
  ],
  [
    'goes on preparing when it is aborted',
    'prepares nothing of images when it is aborted before',
    (right) => ({
      prepare: (part, context) => right.prepare(part, { ...context, signal: new AbortController().signal }),
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
  [
    'says absent where the post is live',
    'finds text when it was accepted and the answer was lost',
    () => ({
      findPublished: async () => ({ status: 'ended' }),
    }),
  ],
  [
    'never finds',
    'finds text when it was accepted and the answer was lost',
    () => ({
      findPublished: async () => ({ status: 'not_yet', looked: 'nothing' }),
    }),
  ],
  [
    'finds what is not there',
    'never finds text when nothing has happened',
    () => ({
      findPublished: async () => ({ status: 'found' }),
    }),
  ],
  [
    'finds posts of others',
    'takes no post of another account for text',
    (right) => ({
      findPublished: (attempt, context) => right.findPublished({ ...attempt, baseline: { account: '' } }, context),
    }),
  ],
  [
    'takes a failing look for an answer',
    'throws when the look for text fails',
    (right) => ({
      findPublished: (...call) =>
        right.findPublished(...call).catch(() => ({ status: 'not_yet' as const, looked: '' })),
    }),
  ],
  ['says what is no address', 'publishes text once, by one write', () => ({ readUrl: async () => 'p1' })],
  [
    'fails to remove what is gone',
    'removes text, and takes what is gone as removed',
    (right) => {
      const removed = new Set<string>()
      return {
        async remove(id, context) {
          if (removed.has(id)) throw invalid('Gone.')
          removed.add(id)
          await right.remove(id, context)
        },
      }
    },
  ],
  ['removes nothing', 'removes text, and takes what is gone as removed', () => ({ remove: async () => {} })],
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
  ['finds nothing', 'refuses tooLong', () => ({ checkPart: () => [] })],
  ['finds too much', 'finds nothing wrong with text', () => ({ checkPart: () => [{ code: 'missing', path: 'text' }] })],
  [
    'changes what it checks',
    'checks without changing anything, twice the same',
    () => ({
      checkPart(part) {
        Object.assign(part, { text: part.text.trim() })
        return []
      },
    }),
  ],
  [
    'judges differently each time',
    'checks without changing anything, twice the same',
    () => {
      let time = 0
      return { checkPart: () => [{ code: 'too_long', path: 'text', actual: time++ }] }
    },
  ],
  [
    'brings expired facts',
    'finds nothing wrong with valid posts by what the platform says now',
    () => ({
      readFacts: async (_, context) => ({ expiresAt: context.now }),
    }),
  ],
  [
    'fills settings in',
    'takes the settings of valid posts as they are, without transforms or defaults',
    () => ({
      settings: z.object({ color: z.enum(['red', 'green']).default('red') }),
    }),
  ],
  [
    'has limits from nowhere',
    'says where its limits were read, and when',
    (right) => ({
      limits: { ...right.limits, source: 'known' },
    }),
  ],
  ['looks backwards', 'declares times that can be kept', () => ({ lookAfterMs: [5000, 1000] })],
  [
    'cannot say whose token it is',
    'can say whose token it is where it can connect accounts',
    () => ({
      readAccount: undefined as never,
    }),
  ],
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
    'counts in words',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({
      readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', counters: Object({ likes: 'many' }) }],
    }),
  ],
  [
    'counts what is removed',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', counters: { likes: 0 } }] }),
  ],
  [
    'says that a live post is gone',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', gone: true }] }),
  ],
  [
    'counts what nobody asked about',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async () => [{ externalId: 'p99', counters: { likes: 1 } }] }),
  ],
  [
    'does not know what it bills',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, usesOfRemoval: () => [{ meter: 'removal', quantity: 1 }] } }),
  ],
  [
    'has a price with a fraction',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, prices: meters.prices.map((price) => ({ ...price, usdNanos: 0.5 })) } }),
  ],
  [
    'takes any webhook',
    'takes nothing from a webhook request without a signature',
    () => ({ parseWebhook: () => ({ answer: { status: 200 }, events: [{ id: '1', type: 'access_revoked' }] }) }),
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
]

type Shared = ReturnType<typeof createSharedBoardAdapter>

/** The same, for an adapter whose logins reach several accounts. */
const sharedFaults: readonly [what: string, failing: string, wrong: (right: Shared) => Partial<BoardAdapter>][] = [
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
  [
    'has both members',
    'can say whose token it is where it can connect accounts',
    () => ({ readAccount: async () => ({ externalId: 'u1', username: 'ada' }) }),
  ],
]

describe('the contract fails an adapter that', () => {
  test.each(faults)('%s: %s', async (_, failing, wrong) => {
    await expectToFail(failing, (baseUrl) => {
      const right = createBoardAdapter(baseUrl)
      return { ...right, ...wrong(right, baseUrl) }
    })
  })

  test.each(sharedFaults)('%s: %s', async (_, failing, wrong) => {
    await expectToFail(failing, (baseUrl) => {
      const right = createSharedBoardAdapter(baseUrl)
      return { ...right, ...wrong(right) }
    })
  })
})

async function expectToFail(failing: string, createAdapter: (baseUrl: string) => BoardAdapter): Promise<void> {
  const found = contractOf(createAdapter).find(({ name }) => name === failing)
  expect(found, `there is a case "${failing}"`).toBeDefined()
  const error = await found?.run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeDefined()
}
