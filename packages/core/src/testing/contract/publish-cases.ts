import assert from 'node:assert/strict'
import { isPlatformError } from '../../platform/platform-error.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchError, letSettle, show, waitUntil } from './expect.ts'
import {
  listNewPosts,
  listNewWrites,
  makeReady,
  publish,
  publishFully,
  type ReadyPart,
  settleOutcome,
  toAttempt,
} from './play.ts'
import { createPublishRequestFinder, type PublishRequest } from './publish-request.ts'
import { onStage, type Stage } from './stage.ts'

/** One call of `publish`: one write, one post, and none when it is aborted or forbidden. */
export function publishCases(options: PlatformContractOptions): readonly ContractCase[] {
  const findRequest = createPublishRequestFinder(options)
  return Object.keys(options.validPosts).flatMap((name) => {
    const play = (check: (stage: Stage, name: string) => Promise<void>) => () =>
      onStage(options, (stage) => check(stage, name))
    const abort = (effect: 'before' | 'after') => async () => {
      const request = await findRequest(name)
      await onStage(options, async (stage) =>
        abortInFlight(stage, await makeReady(stage, options, name), request, effect),
      )
    }
    return [
      { name: `publishes ${name} once, by one write`, run: play((stage) => publishOnce(stage, options, name)) },
      { name: `stays with the outcome of ${name}`, run: play((stage) => stayPublished(stage, options, name)) },
      {
        name: `sends nothing of ${name} when it is aborted before`,
        run: play((stage) => abortBefore(stage, options, name)),
      },
      {
        name: `sends nothing of ${name} when core forbids it or its time is over`,
        run: play((stage) => forbid(stage, options, name)),
      },
      { name: `stops publishing ${name} when it is aborted before its effect`, run: abort('before') },
      { name: `stops publishing ${name} when it is aborted after its effect`, run: abort('after') },
    ]
  })
}

async function publishOnce(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  const { ready, call, outcome, newPosts } = await publishFully(stage, options, name)
  checkOneWrite(stage, ready, call.sent.length)
  const isPublic = outcome.status === 'published'
  assert.ok(isPublic || outcome.status === 'delivered', `${name} is valid; its outcome is ${show(outcome)}`)
  assert.equal(
    newPosts.length,
    isPublic ? 1 : 0,
    `${name} has the outcome ${outcome.status}; live are ${show(newPosts)}`,
  )
  const [post] = newPosts
  if (!isPublic || !post) return
  if (outcome.externalId !== undefined) assert.equal(post.id, outcome.externalId, 'the answered id is of another post')
  if (outcome.url !== undefined) assert.ok(URL.canParse(outcome.url), `url is ${show(outcome.url)}`)
  if (stage.adapter.readUrl) {
    const url = await stage.adapter.readUrl({ ...ready.part, externalId: post.id }, stage.call().context)
    if (outcome.url !== undefined) assert.equal(url, outcome.url, 'readUrl says another address than publish')
    else if (url !== undefined) assert.ok(URL.canParse(url), `readUrl says ${show(url)}`)
  }
  assert.equal(post.accountId, stage.account(0).id, `${name} appears on another account`)
  assert.equal(post.mediaSha256.length, ready.part.assets.length, `${name} has other media than it should`)
  if (ready.part.parent)
    assert.equal(post.parentId, ready.part.parent.externalId, `${name} does not reply to its parent`)
}

/** With `core/http` every write is marked; without it all that is known is the method. */
function checkOneWrite(stage: Stage, ready: ReadyPart, marked: number): void {
  const writes = listNewWrites(stage, ready)
  const shown = writes.map(({ method, path }) => `${method} ${path}`).join(', ')
  if (marked > 0) assert.equal(marked, 1, `publish made ${marked} mutating calls: ${shown}`)
  else assert.equal(writes.length, 1, `publish made ${writes.length} writes: ${shown}`)
}

async function stayPublished(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  const ready = await makeReady(stage, options, name)
  const accepted = await publish(stage, ready, stage.call({ attempt: toAttempt(ready.part, 1) }))
  if (accepted.status !== 'processing') return
  const decided = await settleOutcome(stage, accepted)
  for (const laterMs of [0, 1000, 60_000]) {
    stage.clock.advance(laterMs)
    const again: unknown = await stage.adapter.readOutcome?.(accepted.handle, stage.call().context)
    assert.deepEqual(again, decided, 'the outcome changes after it was decided')
  }
}

async function abortBefore(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  const ready = await makeReady(stage, options, name)
  const call = stage.call({ attempt: toAttempt(ready.part, 1) })
  call.abort()
  const requestsBefore = stage.emulator.requests().length
  await catchError('publish, aborted before,', () => publish(stage, ready, call))
  assert.equal(stage.emulator.requests().length, requestsBefore, 'an aborted publish sends requests')
  assert.deepEqual(listNewPosts(stage, ready), [], 'an aborted publish is live')
}

/** Holds for adapters that mark their writes, as `core/http` does for them. */
async function forbid(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  const ready = await makeReady(stage, options, name)
  const late = stage.call({ attempt: toAttempt(ready.part, 1), remainingMs: () => 0 })
  const forbidden = stage.call({
    attempt: toAttempt(ready.part, 1),
    onSent() {
      throw new Error('The lease is over.')
    },
  })
  const marks = await markWrites(options, name)
  if (!marks) return
  await catchError('publish, whose time is over,', () => publish(stage, ready, late))
  await catchError('publish, which core forbids,', () => publish(stage, ready, forbidden))
  assert.deepEqual(listNewWrites(stage, ready), [], 'a forbidden publish writes')
}

async function markWrites(options: PlatformContractOptions, name: string): Promise<boolean> {
  let marked = 0
  await onStage(options, async (stage) => {
    const { call } = await publishFully(stage, options, name)
    marked = call.sent.length
  })
  return marked > 0
}

async function abortInFlight(
  stage: Stage,
  ready: ReadyPart,
  match: PublishRequest,
  effect: 'before' | 'after',
): Promise<void> {
  stage.emulator.addFault({ match, fault: { kind: 'delay', ms: 60_000, effect } })
  const call = stage.call({ attempt: toAttempt(ready.part, 1) })
  const ended = catchError('publish, aborted in flight,', () => publish(stage, ready, call))
  await waitUntil('the write of publish', () => listNewWrites(stage, ready).length > 0)
  await letSettle()
  call.abort()
  const error = await ended
  const isDoubt = !isPlatformError(error) || error.code === 'outcome_unknown'
  assert.ok(isDoubt, `the write was sent, so the outcome is unknown; publish threw ${show(error)}`)
  const requests = stage.emulator.requests().length
  stage.emulator.advanceClock(60_000)
  await letSettle()
  assert.equal(stage.emulator.requests().length, requests, 'publish goes on after it was aborted')
  assert.equal(listNewWrites(stage, ready).length, 1, 'an aborted publish writes again')
  assert.ok(listNewPosts(stage, ready).length <= 1, 'an aborted publish is live twice')
}
