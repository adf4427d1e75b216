import assert from 'node:assert/strict'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { endInTime } from './expect.ts'
import { publishFully } from './play.ts'
import { onStage } from './stage.ts'

/** Removal, twice. */
export function removeCases(options: PlatformContractOptions): readonly ContractCase[] {
  return Object.keys(options.validPosts).map((name) => ({
    name: `removes ${name}, and takes what is gone as removed`,
    run: () =>
      onStage(options, async (stage) => {
        const { adapter } = stage
        if (!adapter.remove) return
        const { outcome, newPosts } = await publishFully(stage, options, name)
        const externalId = (outcome.status === 'published' ? outcome.externalId : undefined) ?? newPosts[0]?.id
        if (externalId === undefined) return
        const others = stage.livePosts().filter(({ id }) => id !== externalId)
        for (let time = 0; time < 2; time += 1) {
          const { context } = stage.call()
          await endInTime('remove', (async () => adapter.remove?.(externalId, context))())
          assert.deepEqual(stage.livePosts(), others, `${name} is still live, or more than it was removed`)
        }
      }),
  }))
}
