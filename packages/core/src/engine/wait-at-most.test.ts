import { expect, test } from 'vitest'
import { waitAtMost } from './wait-at-most.ts'

function createTimer() {
  const timers = new Set<() => void>()
  return {
    timers,
    after(_ms: number, run: () => void) {
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
}

test('waits for the work and leaves no timer', async () => {
  const { timers, after } = createTimer()
  await waitAtMost(1_000, { work: Promise.resolve(), after })
  await waitAtMost(1_000, { work: undefined, after })
  expect(timers.size).toBe(0)
})

test('waits no longer than it may', async () => {
  const { timers, after } = createTimer()
  const waited = waitAtMost(1_000, { work: new Promise(() => undefined), after })
  expect(timers.size).toBe(1)
  for (const run of timers) run()
  await expect(waited).resolves.toBeUndefined()
})
