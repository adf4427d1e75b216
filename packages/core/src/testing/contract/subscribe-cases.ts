import assert from 'node:assert/strict'
import { isPlatformError } from '../../platform/platform-error.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import type { TestCall } from '../test-call.ts'
import { catchError, catchPlatformError, endInTime, letSettle, show, waitUntil } from './expect.ts'
import { type CallOptions, onStage, type Stage } from './stage.ts'

/** Asking the platform to tell what happens on an account: core does so after each login and renewal. */
export function subscribeCases(options: PlatformContractOptions): readonly ContractCase[] {
  const cases: readonly (readonly [name: string, play: (stage: Stage) => Promise<void>])[] = [
    ['asks twice to be told what happens on each account, and nothing else happens', subscribeTwice],
    ['does not ask to be told what happens when it is aborted before', abortBefore],
    ['stops asking to be told what happens when it is aborted', abortInFlight],
    ['says when a token is not taken for asking to be told what happens', subscribeWithoutToken],
    ['says that the platform refuses to tell what happens, without its words about the token', refuse],
  ]
  return cases.map(([name, play]) => ({
    name,
    run: () => onStage(options, async (stage) => (stage.adapter.subscribe ? play(stage) : undefined)),
  }))
}

async function subscribeTwice(stage: Stage): Promise<void> {
  for (const account of [0, 1, 0, 1]) await endInTime('subscribe', subscribe(stage, toCall(stage, { account })))
  assert.deepEqual(stage.livePosts(), [], 'subscribe made something public')
}

async function abortBefore(stage: Stage): Promise<void> {
  const call = toCall(stage)
  call.abort()
  const requestsBefore = stage.emulator.requests().length
  await catchError('subscribe, aborted before,', () => subscribe(stage, call))
  assert.equal(stage.emulator.requests().length, requestsBefore, 'an aborted subscribe sends requests')
}

async function abortInFlight(stage: Stage): Promise<void> {
  stage.emulator.addFault({ match: {}, times: 1, fault: { kind: 'delay', ms: 60_000 } })
  const call = toCall(stage)
  const requestsBefore = stage.emulator.requests().length
  const ended = catchError('subscribe, aborted,', () => subscribe(stage, call))
  await waitUntil('the first request of subscribe', () => stage.emulator.requests().length > requestsBefore)
  call.abort()
  await ended
  stage.emulator.advanceClock(60_000)
  await letSettle()
  assert.equal(stage.emulator.requests().length, requestsBefore + 1, 'subscribe goes on after it was aborted')
}

async function subscribeWithoutToken(stage: Stage): Promise<void> {
  const call = toCall(stage, { token: 'never-issued-by-the-platform' })
  await catchPlatformError('subscribe', ['token_expired', 'reconnect'], () => subscribe(stage, call))
}

/** The first of its requests bears the account's token; the last is what asks. */
async function refuse(stage: Stage): Promise<void> {
  const requestsBefore = stage.emulator.requests().length
  await endInTime('subscribe', subscribe(stage, toCall(stage)))
  const requests = stage.emulator.requests().slice(requestsBefore)
  const refusals = [
    { refused: requests[0], message: `The token ${stage.account(0).accessToken} may not do this.` },
    { refused: requests.at(-1), message: 'You may not do this.' },
  ]
  for (const { refused, message } of refusals) {
    assert.ok(refused, 'subscribe asks nobody')
    const { method, path } = refused
    const body = { error: { message }, error_description: message, message, detail: message }
    stage.emulator.addFault({ match: { method, path }, times: 1, fault: { kind: 'refuse', status: 403, body } })
    const error = await catchError('subscribe', () => subscribe(stage, toCall(stage)))
    assert.ok(isPlatformError(error), `subscribe should throw a PlatformError; it threw ${show(error)}`)
  }
}

/** For an account that core knows by now. */
function toCall(stage: Stage, options: CallOptions = {}): TestCall {
  const { id: externalId, username } = stage.account(options.account ?? 0)
  const call = stage.call(options)
  return { ...call, context: { ...call.context, account: { externalId, username } } }
}

async function subscribe({ adapter }: Stage, { context }: TestCall): Promise<void> {
  await adapter.subscribe?.(context)
}
