import { PlatformError } from '../../platform/platform-error.ts'
import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

const invalid = (message: string) => new PlatformError({ code: 'invalid_post', message })

testThatEachFails(createBoardAdapter, [
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
])
