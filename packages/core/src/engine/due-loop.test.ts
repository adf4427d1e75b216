import { expect, test } from 'vitest'
import { createDueLoop } from './due-loop.ts'
import { createHandClock } from './hand-clock.test-support.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns that the test ends, on a clock that it moves. */
function createRig() {
  const clock = createHandClock()
  const logged: unknown[] = []
  const begunAt: number[] = []
  let end: { readonly resolve: (nextDueInMs: number | null) => void; readonly reject: (error: Error) => void }
  const loop = createDueLoop({
    run: () => {
      begunAt.push(clock.now())
      return new Promise((resolve, reject) => {
        end = { resolve: (nextDueInMs) => resolve({ nextDueInMs }), reject }
      })
    },
    failure: 'nothing could be done',
    after: clock.after,
    log: (entry) => void logged.push(entry),
  })
  return {
    loop,
    logged,
    begunAt,
    passTime: clock.move,
    async endTurn(nextDueInMs: number | null) {
      end.resolve(nextDueInMs)
      await settle()
    },
    async failTurn() {
      end.reject(new TypeError('the table is gone'))
      await settle()
    },
  }
}

test.each([
  ['when more is due', 20_000, 20_000],
  ['a second later, however soon more is due', 0, 1_000],
  ['a minute later, however late more is due: other processes make work, too', 3_600_000, 60_000],
  ['a minute later when nothing is due', null, 60_000],
])('the next turn is taken %s', async (_, nextDueInMs, atMs) => {
  const { loop, begunAt, endTurn, passTime } = createRig()
  loop.start()
  loop.start()
  await endTurn(nextDueInMs)
  passTime(atMs - 1)
  expect(begunAt).toEqual([0])
  passTime(1)
  expect(begunAt).toEqual([0, atMs])
})

test('a wake brings the next turn within a second, one for many', async () => {
  const { loop, begunAt, endTurn, passTime } = createRig()
  loop.wake()
  expect(begunAt).toEqual([])
  loop.start()
  await endTurn(null)
  passTime(10_000)
  for (let wakes = 0; wakes < 3; wakes += 1) loop.wake()
  passTime(1_000)
  await endTurn(null)
  passTime(59_999)
  expect(begunAt).toEqual([0, 11_000])
})

test('a wake during a turn is not lost', async () => {
  const { loop, begunAt, endTurn, passTime } = createRig()
  loop.start()
  loop.wake()
  passTime(5_000)
  expect(begunAt).toEqual([0])
  await endTurn(null)
  passTime(1_000)
  expect(begunAt).toEqual([0, 6_000])
})

test('a turn that fails is told, and another is taken', async () => {
  const { loop, begunAt, logged, failTurn, passTime } = createRig()
  loop.start()
  await failTurn()
  expect(logged).toEqual([{ level: 'error', message: 'nothing could be done', error: 'TypeError: the table is gone' }])
  passTime(60_000)
  expect(begunAt).toEqual([0, 60_000])
})

test('a stop awaits the turn that is being taken, at most for its grace, and no other follows', async () => {
  const { loop, begunAt, endTurn, passTime } = createRig()
  loop.start()
  let stopped = 0
  void loop.stop(5_000).then(() => {
    stopped += 1
  })
  passTime(4_999)
  await settle()
  expect(stopped).toBe(0)
  passTime(1)
  await settle()
  expect(stopped).toBe(1)
  await endTurn(0)
  passTime(600_000)
  expect(begunAt).toEqual([0])
  await loop.stop(5_000)
  loop.start()
  expect(begunAt).toEqual([0, 605_000])
})
