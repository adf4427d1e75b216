import assert from 'node:assert/strict'
import type { FaultRule } from '../emulator/emulator-fault.ts'
import type { PlatformContractOptions } from '../platform-contract.ts'
import type { SentRequest } from '../test-call.ts'
import { listNewWrites, makeReady, publish, toAttempt } from './play.ts'
import { onStage } from './stage.ts'

/** Which request makes a part public: what faults of the other cases must hit. */
export type PublishRequest = FaultRule['match']

/** Finds it by a clean run, once per part. */
export function createPublishRequestFinder(
  options: PlatformContractOptions,
): (name: string) => Promise<PublishRequest> {
  const found = new Map<string, Promise<PublishRequest>>()
  return (name) => {
    const known = found.get(name) ?? findPublishRequest(options, name)
    found.set(name, known)
    return known
  }
}

async function findPublishRequest(options: PlatformContractOptions, name: string): Promise<PublishRequest> {
  let match: PublishRequest | undefined
  await onStage(options, async (stage) => {
    const ready = await makeReady(stage, options, name)
    const call = stage.call({ attempt: toAttempt(ready.part, 1) })
    await publish(stage, ready, call)
    match = toMatch(findWrite(listNewWrites(stage, ready), call.sent[0]))
  })
  assert.ok(match)
  return match
}

/** Marked paths lack the prefix of a base URL; unmarked writes are taken by their order. */
function findWrite(writes: readonly SentRequest[], marked: SentRequest | undefined): SentRequest | undefined {
  if (!marked) return writes[0]
  return writes.find(({ method, path }) => method === marked.method && path.endsWith(marked.path))
}

function toMatch(request: SentRequest | undefined): PublishRequest {
  assert.ok(request, 'publish answered without a writing request')
  return { method: request.method, pathPattern: `^${request.path.split('/').map(toSegmentPattern).join('/')}$` }
}

/** A segment with a digit may be an id, which is another one in the next run. */
function toSegmentPattern(segment: string): string {
  return /\d/.test(segment) ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
