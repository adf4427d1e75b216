import assert from 'node:assert/strict'
import type { Evidence, UnknownAttempt } from '../../platform/outcome.ts'
import type { EmulatorFault } from '../emulator/emulator-fault.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchError, endInTime, show } from './expect.ts'
import { listNewPosts, makeReady, publish, publishFully, type ReadyPart, settleOutcome, toAttempt } from './play.ts'
import { createPublishRequestFinder, type PublishRequest } from './publish-request.ts'
import { onStage, type Stage } from './stage.ts'

const defaultLookAfterMs = [5_000, 15_000, 60_000, 300_000]

/** `findPublished` after a write whose answer was lost. */
export function lookCases(options: PlatformContractOptions): readonly ContractCase[] {
  const findRequest = createPublishRequestFinder(options)
  const play = (name: string, check: (stage: Stage, request: PublishRequest) => Promise<void>) => async () => {
    const request = await findRequest(name)
    await onStage(options, async (stage) => {
      if (stage.adapter.findPublished) await check(stage, request)
    })
  }
  return Object.keys(options.validPosts).flatMap((name) => [
    {
      name: `finds ${name} when it was accepted and the answer was lost`,
      run: play(name, async (stage, request) => findAccepted(stage, await makeReady(stage, options, name), request)),
    },
    {
      name: `never finds ${name} when nothing has happened`,
      run: play(name, async (stage, request) => findNothing(stage, await makeReady(stage, options, name), request)),
    },
    {
      name: `takes no post of another account for ${name}`,
      run: play(name, async (stage, request) => {
        const ready = await makeReady(stage, options, name)
        await publishFully(stage, options, name, 1)
        await findNothing(stage, ready, request)
      }),
    },
    {
      name: `throws when the look for ${name} fails`,
      run: play(name, async (stage, request) => failLook(stage, await makeReady(stage, options, name), request)),
    },
  ])
}

async function findAccepted(stage: Stage, ready: ReadyPart, match: PublishRequest): Promise<void> {
  const attempt = await lose(stage, ready, match, { kind: 'accept_then_reset' })
  const seen: Evidence[] = []
  for await (const evidence of look(stage, attempt)) {
    seen.push(evidence)
    if (evidence.status === 'not_yet') continue
    const found = evidence.status === 'processing' ? await settleProcessing(stage, evidence) : evidence
    assert.ok(found.status === 'found', `the write was accepted; the look says ${show(evidence)}, then ${show(found)}`)
    const live = listNewPosts(stage, ready)
    assert.equal(live.length, found.delivered ? 0 : 1, `found; live posts: ${live.length}`)
    const { externalId } = found
    assert.ok(externalId === undefined || externalId === live[0]?.id, `found ${externalId}; live is ${live[0]?.id}`)
    return
  }
  throw new assert.AssertionError({ message: `not found within the horizon: ${show(seen)}` })
}

async function settleProcessing(
  stage: Stage,
  { handle, pollAfterMs = 10_000 }: Extract<Evidence, { status: 'processing' }>,
): Promise<Evidence> {
  const outcome = await settleOutcome(stage, { status: 'processing', handle, pollAfterMs, deadlineMs: 3_600_000 })
  if (outcome.status === 'published') return { ...outcome, status: 'found' }
  if (outcome.status === 'delivered') return { status: 'found', delivered: true }
  return { status: 'not_yet', looked: `then ${outcome.status}` }
}

async function findNothing(stage: Stage, ready: ReadyPart, match: PublishRequest): Promise<void> {
  const attempt = await lose(stage, ready, match, { kind: 'reset_before' })
  for await (const evidence of look(stage, attempt)) {
    const isAllowed = ['not_yet', 'unused', 'ended'].includes(evidence.status)
    assert.ok(isAllowed, `nothing has happened; the look says ${show(evidence)}`)
  }
}

async function failLook(stage: Stage, ready: ReadyPart, match: PublishRequest): Promise<void> {
  const attempt = await lose(stage, ready, match, { kind: 'accept_then_reset' })
  const requestsBefore = stage.emulator.requests().length
  stage.emulator.addFault({ match: {}, times: 1000, fault: { kind: 'refuse', status: 503, body: {} } })
  const error = await catchError('a look without answers', async () => {
    const evidence = await stage.adapter.findPublished?.(attempt, stage.call().context)
    // A look that asks nobody cannot fail.
    if (stage.emulator.requests().length === requestsBefore) throw new Error('no request')
    return evidence
  })
  assert.ok(error)
}

/** The look-ups as core makes them: after each interval, until the horizon. */
async function* look(stage: Stage, attempt: UnknownAttempt): AsyncGenerator<Evidence> {
  const endedAt = stage.clock.now()
  for (const offsetMs of stage.adapter.lookAfterMs ?? defaultLookAfterMs) {
    stage.clock.advance(Math.max(0, endedAt + offsetMs - stage.clock.now()))
    const { context } = stage.call()
    const evidence = await endInTime('findPublished', (async () => stage.adapter.findPublished?.(attempt, context))())
    assert.ok(evidence)
    yield evidence
  }
}

async function lose(
  stage: Stage,
  ready: ReadyPart,
  match: PublishRequest,
  fault: EmulatorFault,
): Promise<UnknownAttempt> {
  const sentAt = stage.clock.now()
  stage.emulator.addFault({ match, fault })
  const call = stage.call({ attempt: toAttempt(ready.part, 1) })
  await catchError('publish, whose answer is lost,', () => publish(stage, ready, call))
  return {
    number: 1,
    sentAt,
    part: ready.part,
    uploads: ready.part.uploads,
    baseline: ready.baseline,
    fingerprint: 'fingerprint-of-the-request',
    idsBoundElsewhere: ready.idsBefore,
  }
}
