import * as z from 'zod'
import { createBoardAdapter, createSharedBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
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
  ['has no name to show', 'names its platform and itself', () => ({ displayName: ' ' })],
  ['has a name that no row can have', 'names its platform and itself', () => ({ platform: 'The Board' })],
  [
    'lets nobody write',
    'says where its limits were read, and when',
    ({ limits }) => ({ limits: { ...limits, textLengthMax: 0 } }),
  ],
  [
    'has read its limits some day',
    'says where its limits were read, and when',
    ({ limits }) => ({ limits: { ...limits, checkedOn: 'in spring' } }),
  ],
  ['never looks', 'declares times that can be kept', () => ({ lookAfterMs: [] })],
  ['protects a key for no time', 'declares times that can be kept', () => ({ idempotentForMs: 0 })],
  [
    'refuses settings that it should take',
    'takes the settings of valid posts as they are, without transforms or defaults',
    () => ({
      settings: z
        .strictObject({ color: z.enum(['red', 'green']).optional() })
        .refine(({ color }) => color !== 'red', 'Red is taken.'),
    }),
  ],
])

testThatEachFails(createSharedBoardAdapter, [
  [
    'has both members',
    'can say whose token it is where it can connect accounts',
    () => ({ readAccount: async () => ({ externalId: 'u1', username: 'ada' }) }),
  ],
])
