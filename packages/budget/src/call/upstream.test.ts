import { expect, test } from 'vitest'
import type { CallSettings } from './call-settings.ts'
import { createUpstream } from './upstream.ts'

function createRig(changes: Partial<CallSettings> = {}) {
  const timers: { ms: number; run: () => void; stopped: boolean }[] = []
  const after = (ms: number, run: () => void) => {
    const timer = { ms, run, stopped: false }
    timers.push(timer)
    return () => {
      timer.stopped = true
    }
  }
  const settings = {
    afterAbort: 'drain',
    drainMs: 30_000,
    drainsMax: 1,
    drains: { open: 0 },
    host: { now: () => 0, after },
    ...changes,
  }
  return { timers, settings, open: () => createUpstream(settings as CallSettings) }
}

test('a call whose caller left is read on for a while, then ended', () => {
  const { timers, open } = createRig()
  const upstream = open()
  upstream.leave('gone')
  expect(upstream.signal.aborted).toBe(false)
  expect(timers).toMatchObject([{ ms: 30_000 }])
  timers[0]?.run()
  expect(upstream.signal.reason).toBe('gone')
})

test('only so many calls are read on; the next is ended at once', () => {
  const { timers, open, settings } = createRig()
  const [first, second, third] = [open(), open(), open()]
  first.leave('gone')
  second.leave('gone')
  expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true])
  first.close()
  first.close()
  expect(timers[0]?.stopped).toBe(true)
  expect(settings.drains.open).toBe(0)
  third.leave('gone')
  expect(third.signal.aborted).toBe(false)
})

test('leaving is ending where nothing is read on', () => {
  const upstream = createRig({ afterAbort: 'count' }).open()
  upstream.leave('gone')
  expect(upstream.signal.aborted).toBe(true)
})
