import assert from 'node:assert/strict'
import type { PartRequest } from '../../platform/part-request.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchError, letSettle, waitUntil } from './expect.ts'
import { listNewPosts, makeReady, prepareFully, publish, settleOutcome, toAttempt } from './play.ts'
import { onStage, type Stage } from './stage.ts'

/** Uploads: nothing public, repeatable, resumed from checkpoints, ended by an abort. */
export function prepareCases(options: PlatformContractOptions): readonly ContractCase[] {
  return Object.entries(options.validPosts).flatMap(([name, part]) => {
    const play = (check: (stage: Stage, part: PartRequest) => Promise<void>) => () =>
      onStage(options, async (stage) => {
        if (stage.adapter.prepare) await check(stage, part)
      })
    return [
      { name: `prepares ${name} twice from the start, and nothing becomes public`, run: play(prepareTwice) },
      { name: `resumes preparing ${name} without uploading again what is uploaded`, run: play(resume) },
      { name: `prepares nothing of ${name} when it is aborted before`, run: play(abortBefore) },
      { name: `stops preparing ${name} when it is aborted`, run: play(abortInFlight) },
      { name: `publishes ${name} once when the platform processes slowly`, run: () => processSlowly(options, name) },
    ]
  })
}

async function prepareTwice(stage: Stage, part: PartRequest): Promise<void> {
  const first = await prepareFully(stage, part)
  const second = await prepareFully(stage, part)
  for (const uploads of [first, second]) {
    if (uploads !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(uploads)), uploads, 'uploads must be JSON')
  }
  assert.deepEqual(stage.livePosts(), [], 'prepare made something public')
}

/** Ends the preparation right after each of its checkpoints, as a crash would, and goes on from there. */
async function resume(stage: Stage, part: PartRequest): Promise<void> {
  const whole = await countWrites(stage, () => prepareFully(stage, part))
  const saves = await countSaves(stage, part)
  assert.ok(whole <= 1 || saves > 0, `prepare made ${whole} writes and saved no checkpoint`)
  for (const savesBefore of new Set([1, Math.ceil(saves / 2), saves])) {
    if (saves === 0) continue
    const crashed: { checkpoint?: unknown } = {}
    const interrupted = await countWrites(stage, async () => {
      crashed.checkpoint = await crashAfterSave(stage, part, savesBefore)
    })
    const rest = await countWrites(stage, () => prepareFully(stage, part, { checkpoint: crashed.checkpoint }))
    const message = `${whole} writes without a crash, ${interrupted} before one after checkpoint ${savesBefore} and ${rest} after it`
    assert.ok(interrupted + rest <= whole, `what was uploaded is uploaded again: ${message}`)
  }
  assert.deepEqual(stage.livePosts(), [], 'prepare made something public')
}

async function abortBefore(stage: Stage, part: PartRequest): Promise<void> {
  const writes = await countWrites(stage, () => prepareFully(stage, part))
  if (writes === 0) return
  const call = stage.call({ attempt: toAttempt(part, 0) })
  call.abort()
  const requestsBefore = stage.emulator.requests().length
  await catchError('prepare, aborted before,', async () => stage.adapter.prepare?.(part, call.context))
  assert.equal(stage.emulator.requests().length, requestsBefore, 'an aborted prepare sends requests')
}

async function abortInFlight(stage: Stage, part: PartRequest): Promise<void> {
  const writes = await countWrites(stage, () => prepareFully(stage, part))
  if (writes === 0) return
  const writesBefore = stage.writes().length
  stage.emulator.addFault({ match: {}, times: 1, fault: { kind: 'delay', ms: 60_000 } })
  const call = stage.call({ attempt: toAttempt(part, 0) })
  const requestsBefore = stage.emulator.requests().length
  const ended = catchError('prepare, aborted,', async () => stage.adapter.prepare?.(part, call.context))
  await waitUntil('the first request of prepare', () => stage.emulator.requests().length > requestsBefore)
  call.abort()
  await ended
  stage.emulator.advanceClock(60_000)
  await letSettle()
  assert.ok(stage.writes().length <= writesBefore + 1, 'prepare goes on after it was aborted')
}

function processSlowly(options: PlatformContractOptions, name: string): Promise<void> {
  return onStage(options, async (stage) => {
    stage.emulator.addFault({ match: {}, times: 1000, fault: { kind: 'slow_processing', ms: 90_000 } })
    const ready = await makeReady(stage, options, name)
    await settleOutcome(stage, await publish(stage, ready, stage.call({ attempt: toAttempt(ready.part, 1) })))
    assert.ok(listNewPosts(stage, ready).length <= 1, `${name} is live twice`)
  })
}

async function countWrites(stage: Stage, run: () => Promise<unknown>): Promise<number> {
  const before = stage.writes().length
  await run()
  return stage.writes().length - before
}

async function countSaves(stage: Stage, part: PartRequest): Promise<number> {
  let saves = 0
  await rounds(stage, part, () => {
    saves += 1
  })
  return saves
}

async function crashAfterSave(stage: Stage, part: PartRequest, savesBefore: number): Promise<unknown> {
  let saves = 0
  let last: unknown
  await catchError(`prepare, whose checkpoint ${savesBefore} could not be saved,`, () =>
    rounds(stage, part, (checkpoint) => {
      saves += 1
      last = structuredClone(checkpoint)
      if (saves === savesBefore) throw new Error('The work is no longer ours.')
    }),
  )
  return last
}

async function rounds(stage: Stage, part: PartRequest, onSave: (checkpoint: unknown) => void): Promise<void> {
  let checkpoint: unknown
  for (;;) {
    const call = stage.call({ attempt: toAttempt(part, 0), checkpoint, onSave })
    const preparation = await stage.adapter.prepare?.(part, call.context)
    checkpoint = call.checkpoints.at(-1) ?? checkpoint
    if (preparation?.status !== 'again') return
    stage.clock.advance(preparation.afterMs)
  }
}
