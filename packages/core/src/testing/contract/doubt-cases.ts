import assert from 'node:assert/strict'
import type { EmulatorFault } from '../emulator/emulator-fault.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchPlatformError, show } from './expect.ts'
import { listNewPosts, listNewWrites, makeReady, publish, type ReadyPart, settleOutcome, toAttempt } from './play.ts'
import { createPublishRequestFinder, type PublishRequest } from './publish-request.ts'
import { onStage, type Stage } from './stage.ts'

interface Doubt {
  readonly what: string
  readonly fault: EmulatorFault
  readonly happens: boolean
}

const doubts: readonly Doubt[] = [
  { what: '500 after the effect', fault: { kind: 'accept_then_status', status: 500 }, happens: true },
  { what: '503 after the effect', fault: { kind: 'accept_then_status', status: 503 }, happens: true },
  { what: '503 before the effect', fault: { kind: 'refuse', status: 503, body: {} }, happens: false },
  { what: 'a connection reset after the effect', fault: { kind: 'accept_then_reset' }, happens: true },
  { what: 'a connection reset before the effect', fault: { kind: 'reset_before' }, happens: false },
  { what: 'half an answer after the effect', fault: { kind: 'truncate_body', effect: 'after' }, happens: true },
  { what: 'half an answer before the effect', fault: { kind: 'truncate_body', effect: 'before' }, happens: false },
  { what: 'the page of a proxy after the effect', fault: { kind: 'html_502', effect: 'after' }, happens: true },
  { what: 'the page of a proxy before the effect', fault: { kind: 'html_502', effect: 'before' }, happens: false },
]

/** What the platform may have taken is `outcome_unknown`, and written once. */
export function doubtCases(options: PlatformContractOptions): readonly ContractCase[] {
  const findRequest = createPublishRequestFinder(options)
  return Object.keys(options.validPosts).flatMap((name) =>
    doubts.map((doubt) => ({
      name: `does not know what became of ${name} after ${doubt.what}`,
      run: async () => {
        const match = await findRequest(name)
        await onStage(options, async (stage) => {
          const ready = await makeReady(stage, options, name)
          await loseAnswer(stage, ready, match, doubt)
          await repeatWithKey(stage, ready)
        })
      },
    })),
  )
}

async function loseAnswer(
  stage: Stage,
  ready: ReadyPart,
  match: PublishRequest,
  { fault, happens }: Doubt,
): Promise<void> {
  stage.emulator.addFault({ match, fault })
  const call = stage.call({ attempt: toAttempt(ready.part, 1) })
  await catchPlatformError('publish', ['outcome_unknown'], () => publish(stage, ready, call))
  assert.equal(
    listNewWrites(stage, ready).length,
    1,
    'publish writes again although the first write may have been taken',
  )
  const live = listNewPosts(stage, ready).length
  assert.ok(live <= (happens ? 1 : 0), `live posts: ${live}`)
}

/** Where the platform protects a key, the same key again gives the one post. */
async function repeatWithKey(stage: Stage, ready: ReadyPart): Promise<void> {
  if (stage.adapter.idempotentForMs === undefined) return
  const first = listNewPosts(stage, ready)
  const call = stage.call({ attempt: toAttempt(ready.part, 2) })
  const outcome = await settleOutcome(stage, await publish(stage, ready, call))
  const live = listNewPosts(stage, ready)
  assert.equal(live.length, 1, `the same key again should leave one live post; there are ${live.length}`)
  assert.equal(outcome.status, 'published', `the same key again should answer published; it answered ${show(outcome)}`)
  assert.ok(!first[0] || first[0].id === live[0]?.id, 'the same key again made another post')
}
