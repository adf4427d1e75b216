import { expect, test } from 'vitest'
import { createXEmulator } from './x-emulator.ts'

test('names every switch that there is not, and every value that one cannot have', () => {
  const given = {
    plans: 'payg',
    plan: 'gold',
    codeLifeMs: -1,
    scopes: 'tweet.read',
    rateLimits: { 'POST /2/tweets': { users: 1 } },
    accountStates: { ada_demo: 'banned' },
  }
  expect(() => createXEmulator(given as never)).toThrow(
    [
      'The emulator of X has no switch plans',
      'wants plan to be payg, enterprise, pro, basic or free',
      'wants codeLifeMs to be a number',
      'wants scopes to be a list of texts',
      'wants rateLimits to be by name: { user, app, user3h, userDay, appDay }',
      'wants accountStates to be by name: suspended, locked or automated.',
    ].join(', and '),
  )
})
