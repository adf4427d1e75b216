import { describe, expect, test } from 'vitest'
import type { EmulatorFault } from './emulator-fault.ts'
import { describeAnswer, useNotesEmulator } from './notes-emulator.test-support.ts'

const rig = useNotesEmulator()
const { clock, write, control, hit, texts } = rig
/** For slow machines; a quick one waits for milliseconds. */
const patience = { timeout: 60_000, interval: 5 }

describe('faults', () => {
  test.each<[EmulatorFault, { status: number | string; happens: boolean }]>([
    [
      { kind: 'refuse', status: 403, body: { why: 'no' } },
      { status: 403, happens: false },
    ],
    [
      { kind: 'accept_then_status', status: 503 },
      { status: 503, happens: true },
    ],
    [{ kind: 'accept_then_reset' }, { status: 'reset', happens: true }],
    [{ kind: 'reset_before' }, { status: 'reset', happens: false }],
    [
      { kind: 'rate_limit', retryAfterMs: 7000 },
      { status: 429, happens: false },
    ],
    [{ kind: 'html_502' }, { status: 502, happens: true }],
    [
      { kind: 'html_502', effect: 'before' },
      { status: 502, happens: false },
    ],
    [{ kind: 'truncate_body' }, { status: 'truncated 201', happens: true }],
    [
      { kind: 'truncate_body', effect: 'before' },
      { status: 'truncated 201', happens: false },
    ],
  ])('%o', async (fault, expected) => {
    hit(fault)
    expect(await describeAnswer(write('hello'))).toBe(expected.status)
    expect(texts()).toEqual(expected.happens ? ['hello'] : [])
    const status = typeof expected.status === 'number' ? expected.status : expected.status === 'reset' ? null : 201
    expect(rig.emulator.requests()).toEqual([{ method: 'POST', path: '/notes', status, fault: fault.kind }])
    expect((await write('again')).status).toBe(201)
    expect(texts()).toHaveLength(expected.happens ? 2 : 1)
  })

  test('refuses with the given body and headers', async () => {
    hit({ kind: 'refuse', status: 422, body: { why: 'no' }, headers: { 'x-code': '7' } })
    const answer = await write('hello')
    expect([answer.headers.get('x-code'), await answer.json()]).toEqual(['7', { why: 'no' }])
  })

  test('accepts, and answers with the given body and headers', async () => {
    const headers = { 'content-type': 'text/html' }
    hit({ kind: 'accept_then_status', status: 520, body: '<h1>520</h1>', headers })
    const answer = await write('hello')
    const told = [answer.status, answer.headers.get('content-type'), await answer.text()]
    expect([told, texts()]).toEqual([[520, 'text/html', '<h1>520</h1>'], ['hello']])
  })

  test('hands faults of processing and tokens to the platform', async () => {
    rig.emulator.addFault({ match: { path: '/fault' }, fault: { kind: 'slow_processing', ms: 5 } })
    const read = async () => (await fetch(`${rig.emulator.url}/fault`)).json()
    expect(await read()).toEqual({ fault: { kind: 'slow_processing', ms: 5 } })
    expect(await read()).toEqual({})
  })

  test('hit as often as asked, in the order of adding, by method, prefix and pattern', async () => {
    rig.emulator.addFault({ match: { pathPattern: '^/notes/\\d+$' }, times: 2, fault: { kind: 'refuse', status: 418 } })
    rig.emulator.addFault({ match: { method: 'get', path: '/no' }, times: 3, fault: { kind: 'refuse', status: 419 } })
    const paths = ['/notes/1', '/now', '/notes/x', '/notes/2', '/notes/3', '/notes/4']
    const statuses: number[] = []
    for (const path of paths) statuses.push((await fetch(`${rig.emulator.url}${path}`)).status)
    expect(statuses).toEqual([418, 419, 419, 418, 419, 404])
    expect((await write('posted')).status).toBe(201)
  })
})

describe('a delayed answer', () => {
  test('comes when the clock has passed it; the effect was at once', async () => {
    hit({ kind: 'delay', ms: 60_000 })
    const answer = write('late')
    await expect.poll(texts, patience).toEqual(['late'])
    rig.emulator.advanceClock(59_999)
    expect(rig.emulator.requests()[0]?.status).toBeNull()
    await control('POST', 'clock', { advanceMs: 1 })
    expect((await answer).status).toBe(201)
  })

  test('comes when the injected clock goes on, as the wall clock does', async () => {
    hit({ kind: 'delay', ms: 60_000 })
    const answer = write('late')
    await expect.poll(texts, patience).toEqual(['late'])
    clock.advance(60_000)
    expect((await answer).status).toBe(201)
  })

  test('has its effect late with `before`, also when the client has gone away', async () => {
    hit({ kind: 'delay', ms: 60_000, effect: 'before' })
    const abort = new AbortController()
    const answer = write('late', { signal: abort.signal })
    await expect.poll(() => rig.emulator.requests(), patience).toHaveLength(1)
    abort.abort()
    await expect(answer).rejects.toThrow()
    expect(texts()).toEqual([])
    rig.emulator.advanceClock(60_000)
    await expect.poll(texts, patience).toEqual(['late'])
  })

  test('is dropped by a reset', async () => {
    hit({ kind: 'delay', ms: 60_000, effect: 'before' })
    const answer = describeAnswer(write('late'))
    await expect.poll(() => rig.emulator.requests(), patience).toHaveLength(1)
    rig.emulator.reset()
    expect(await answer).toBe('reset')
    rig.emulator.advanceClock(60_000)
    expect(texts()).toEqual([])
  })
})
