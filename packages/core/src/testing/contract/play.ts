import assert from 'node:assert/strict'
import type { CallContext } from '../../platform/call-context.ts'
import type { ProcessingOutcome, PublishOutcome } from '../../platform/outcome.ts'
import type { PartParent, PartRequest, PreparedPart } from '../../platform/part-request.ts'
import type { PlatformContractOptions } from '../platform-contract.ts'
import type { TestCall } from '../test-call.ts'
import { endInTime } from './expect.ts'
import type { Stage } from './stage.ts'

const roundsMax = 1000

/** A part that only has to be published, and what was there before. */
export interface ReadyPart {
  readonly part: PreparedPart
  readonly baseline: unknown
  readonly idsBefore: readonly string[]
  readonly writesBefore: number
}

/** An attempt at a part, number 0 for its preparation. The key belongs to the part: all its attempts share it, no other part has it. */
export function toAttempt({ kind, index }: PartRequest, number: number, account = 0): CallContext['attempt'] {
  const part = `${kind}-${index}-of-account-${account}`
  return { id: `attempt-${number}-at-${part}`, key: `key-of-${part}`, number }
}

/** Prepares a part to its end, moving the clock whenever the adapter yields. */
export async function prepareFully(
  stage: Stage,
  part: PartRequest,
  { account = 0, checkpoint }: { readonly account?: number; readonly checkpoint?: unknown } = {},
): Promise<unknown> {
  if (!stage.adapter.prepare) return undefined
  let latest = checkpoint
  for (let round = 0; round < roundsMax; round += 1) {
    const call: TestCall = stage.call({ account, checkpoint: latest, attempt: toAttempt(part, 0, account) })
    const preparation = await endInTime('prepare', stage.adapter.prepare(part, call.context))
    latest = call.checkpoints.at(-1) ?? latest
    if (preparation.status === 'prepared') return preparation.uploads
    assert.ok(preparation.afterMs > 0, `prepare says again after ${preparation.afterMs} ms; it must be more than 0`)
    stage.clock.advance(preparation.afterMs)
  }
  throw new assert.AssertionError({ message: `prepare says again after ${roundsMax} rounds` })
}

/** Prepares a part of the options and, where it follows another, publishes that one first. */
export async function makeReady(
  stage: Stage,
  { validPosts }: Pick<PlatformContractOptions, 'validPosts'>,
  name: string,
  account = 0,
): Promise<ReadyPart> {
  const part = validPosts[name]
  assert.ok(part)
  const parent = part.kind === 'post' ? undefined : await publishParent(stage, validPosts, account)
  const uploads = await prepareFully(stage, part, { account })
  const prepared: PreparedPart = { ...part, uploads, ...(parent ? { parent } : {}) }
  const baseline = await stage.adapter.readBaseline?.(prepared, stage.call({ account }).context)
  return {
    part: prepared,
    baseline: baseline === undefined ? undefined : JSON.parse(JSON.stringify(baseline)),
    idsBefore: stage.emulator.posts().map(({ id }) => id),
    writesBefore: stage.writes().length,
  }
}

/** One call of `publish`. */
export function publish(stage: Stage, { part }: ReadyPart, call: TestCall): Promise<PublishOutcome> {
  return endInTime('publish', stage.adapter.publish(part, call.context))
}

/** Asks for the outcome until it is decided, moving the clock as the adapter says. */
export async function settleOutcome(stage: Stage, outcome: ProcessingOutcome, account = 0): Promise<ProcessingOutcome> {
  let current = outcome
  for (let round = 0; current.status === 'processing'; round += 1) {
    assert.ok(stage.adapter.readOutcome, 'publish answers processing, so the adapter needs readOutcome')
    assert.ok(round < roundsMax, `still processing after ${roundsMax} questions`)
    assert.ok(current.pollAfterMs > 0, `pollAfterMs is ${current.pollAfterMs}; it must be more than 0`)
    stage.clock.advance(current.pollAfterMs)
    current = await endInTime('readOutcome', stage.adapter.readOutcome(current.handle, stage.call({ account }).context))
  }
  return current
}

/** Publishes a part of the options, from its preparation to its outcome. */
export async function publishFully(
  stage: Stage,
  options: Pick<PlatformContractOptions, 'validPosts'>,
  name: string,
  account = 0,
) {
  const ready = await makeReady(stage, options, name, account)
  const call = stage.call({ account, attempt: toAttempt(ready.part, 1, account) })
  const outcome = await settleOutcome(stage, await publish(stage, ready, call), account)
  return { ready, call, outcome, newPosts: listNewPosts(stage, ready) }
}

/** Live posts that were not there when the part was ready. */
export function listNewPosts(stage: Stage, { idsBefore }: ReadyPart) {
  return stage.livePosts().filter(({ id }) => !idsBefore.includes(id))
}

/** Writes since the part was ready. */
export function listNewWrites(stage: Stage, { writesBefore }: ReadyPart) {
  return stage.writes().slice(writesBefore)
}

async function publishParent(
  stage: Stage,
  validPosts: PlatformContractOptions['validPosts'],
  account: number,
): Promise<PartParent> {
  const name = Object.keys(validPosts).find((candidate) => validPosts[candidate]?.kind === 'post')
  assert.ok(name, 'validPosts needs a part of kind post, for the parts that follow one')
  const { outcome, newPosts } = await publishFully(stage, { validPosts }, name, account)
  const externalId = (outcome.status === 'published' ? outcome.externalId : undefined) ?? newPosts[0]?.id
  assert.ok(externalId, `${name} was not published, so nothing can follow it`)
  return outcome.status === 'published' && outcome.url ? { externalId, url: outcome.url } : { externalId }
}
