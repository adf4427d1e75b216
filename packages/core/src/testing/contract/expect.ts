import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { isPlatformError, type PlatformError, type PlatformErrorCode } from '../../platform/platform-error.ts'

/** Only a broken adapter meets it: whatever waits, waits for the emulator, whose clock the case moves. */
const patienceMs = 5000

/** What a call throws. Fails when it answers, or does neither. */
export async function catchError(what: string, call: () => Promise<unknown>): Promise<unknown> {
  const result = await endInTime(what, settle(call))
  assert.ok('error' in result, `${what} should have thrown; it answered ${show('value' in result ? result.value : '')}`)
  return result.error
}

/** The `PlatformError` that a call throws, with one of these codes. */
export async function catchPlatformError(
  what: string,
  codes: readonly PlatformErrorCode[],
  call: () => Promise<unknown>,
): Promise<PlatformError> {
  const error = await catchError(what, call)
  assert.ok(isPlatformError(error), `${what} should throw a PlatformError; it threw ${show(error)}`)
  const isExpected = codes.includes(error.code)
  assert.ok(isExpected, `${what} should throw ${codes.join(' or ')}; it threw ${error.code}: ${error.message}`)
  assert.ok(error.message.length > 0, `${what}: the error has no message`)
  return error
}

/** Waits until something is true that the emulator will make true by itself. */
export async function waitUntil(what: string, isTrue: () => boolean): Promise<void> {
  const poll = async () => {
    while (!isTrue()) await pause(1)
  }
  await endInTime(what, poll())
}

/** Gives what was already sent or answered the time to arrive. */
export async function letSettle(): Promise<void> {
  await pause(10)
}

/** Fails instead of hanging. */
export async function endInTime<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} did not end` })), patienceMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A value for a message of a failing case. */
export function show(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY })
}

async function settle(call: () => Promise<unknown>): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await call() }
  } catch (error) {
    return { error }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
