import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })

testThatEachFails(createBoardAdapter, [
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
    'does not know what a refused token means',
    'says what to do when text is refused with status 401',
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(() => {
          throw new PlatformError({ code: 'permission_missing', message: 'No.' })
        }),
    }),
  ],
  [
    'repeats what was refused',
    'says what to do when text is refused with status 400',
    (right) => ({ publish: (...call) => right.publish(...call).catch(() => right.publish(...call)) }),
  ],
  [
    'repeats what was refused, and says that it was',
    'says what to do when text is refused with status 403',
    (right) => ({
      publish: (...call) =>
        right.publish(...call).catch(async (error) => {
          await right.publish(...call)
          throw error
        }),
    }),
  ],
])
