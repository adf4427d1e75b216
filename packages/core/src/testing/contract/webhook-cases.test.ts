import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  [
    'believes what it refuses',
    'takes nothing from a webhook request without a signature',
    () => ({ parseWebhook: () => ({ answer: { status: 401 }, events: [{ id: '1', type: 'access_revoked' }] }) }),
  ],
  [
    'takes a question without a secret for a greeting',
    'takes nothing from a webhook request that asks nothing',
    () => ({ parseWebhook: () => ({ answer: { status: 200 }, events: [] }) }),
  ],
])
