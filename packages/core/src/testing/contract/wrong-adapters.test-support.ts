import { describe, expect, test } from 'vitest'
import { type ContractCase, platformContract } from '../platform-contract.ts'
import type { BoardAdapter } from './__fixtures__/board-adapter.ts'
import { invalidPosts, validPosts } from './__fixtures__/board-posts.ts'
import { startBoard } from './__fixtures__/board-stand-in.ts'

/** What is wrong with an adapter, the case that has to fail for it, and how it differs from the one without a fault. */
type WrongAdapter<Right> = readonly [
  what: string,
  failing: string,
  wrong: (right: Right, baseUrl: string) => Partial<BoardAdapter>,
]

/** The contract of the board, a small platform that has everything optional. */
export function boardContract(createAdapter: (baseUrl: string) => BoardAdapter): readonly ContractCase[] {
  return platformContract({ createAdapter, createStandIn: startBoard, validPosts, invalidPosts })
}

/** A test for each wrong adapter: its case fails. That the same case passes without the fault is a test of the whole contract. */
export function testThatEachFails<Right extends BoardAdapter>(
  createRight: (baseUrl: string) => Right,
  adapters: readonly WrongAdapter<Right>[],
): void {
  describe(`the contract fails an adapter from ${createRight.name} that`, () => {
    for (const [what, failing, wrong] of adapters)
      test(`${what}: ${failing}`, async () => {
        const cases = boardContract((baseUrl) => {
          const right = createRight(baseUrl)
          return { ...right, ...wrong(right, baseUrl) }
        })
        const found = cases.find(({ name }) => name === failing)
        expect(found, `there is a case "${failing}"`).toBeDefined()
        await expect(found?.run()).rejects.toBeDefined()
      })
  })
}
