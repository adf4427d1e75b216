import { describe, test } from 'vitest'
import { createBoardAdapter, createSharedBoardAdapter } from './contract/__fixtures__/board-adapter.ts'
import { boardContract } from './contract/wrong-adapters.test-support.ts'

describe('an adapter without a fault', () => {
  for (const { name, run } of boardContract(createBoardAdapter)) test(name, run)
})

describe('an adapter without a fault whose logins reach several accounts', () => {
  for (const { name, run } of boardContract(createSharedBoardAdapter)) test(name, run)
})
