import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
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
  [
    'finds another post',
    'finds text when it was accepted and the answer was lost',
    () => ({ findPublished: async () => ({ status: 'found', externalId: 'p99' }) }),
  ],
])
