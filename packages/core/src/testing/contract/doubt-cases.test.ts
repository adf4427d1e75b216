import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })
const doubt = (what: string) => `does not know what became of text after ${what}`
const repeat = async <Value>(call: () => Promise<Value>) => call().catch(call)

testThatEachFails(createBoardAdapter, [
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
    'promises a key that the platform does not know',
    doubt('503 after the effect'),
    () => ({ idempotentForMs: 60_000 }),
  ],
  [
    'repeats a write, and says that it does not know',
    doubt('503 before the effect'),
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(async (error) => {
          await right.publish(...call)
          throw error
        }),
    }),
  ],
])
