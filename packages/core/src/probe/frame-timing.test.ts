import { describe, expect, test } from 'vitest'
import { toFrameTiming } from './frame-timing.ts'

describe('frame rate', () => {
  test('is the average over all frames', () => {
    expect(toFrameTiming([{ count: 60, ticks: 1001 }], 30_000)).toEqual({ frameRate: 29.97, variableFrameRate: false })
    expect(toFrameTiming([{ count: 1, ticks: 512 }], 12_800)).toEqual({ frameRate: 25, variableFrameRate: false })
  })

  test('stays even when one frame at the end is long, or cameras jitter', () => {
    const oddEnd = [
      { count: 299, ticks: 1000 },
      { count: 1, ticks: 3000 },
    ]
    expect(toFrameTiming(oddEnd, 30_000)?.variableFrameRate).toBe(false)
    const jitter = Array.from({ length: 100 }, (_, index) => ({ count: 1, ticks: 20 + (index % 3) - 1 }))
    expect(toFrameTiming(jitter, 600)?.variableFrameRate).toBe(false)
  })

  test('is variable when the average is more than two per cent off the usual distance', () => {
    const halves = [
      { count: 50, ticks: 1000 },
      { count: 50, ticks: 3000 },
    ]
    expect(toFrameTiming(halves, 30_000)).toEqual({ frameRate: 15, variableFrameRate: true })
    expect(
      toFrameTiming(
        [
          { count: 100, ticks: 1000 },
          { count: 1, ticks: 4100 },
        ],
        30_000,
      )?.variableFrameRate,
    ).toBe(true)
    expect(
      toFrameTiming(
        [
          { count: 100, ticks: 1000 },
          { count: 1, ticks: 2900 },
        ],
        30_000,
      )?.variableFrameRate,
    ).toBe(false)
  })

  test('is not variable by what rounding of the times explains', () => {
    const sixty = [
      { count: 40, ticks: 17 },
      { count: 20, ticks: 16 },
    ]
    expect(toFrameTiming(sixty, 1000, 1)).toEqual({ frameRate: 60, variableFrameRate: false })
  })

  test.each([
    ['no frames', [], 1000],
    ['frames without a length', [{ count: 5, ticks: 0 }], 1000],
    ['no ticks in a second', [{ count: 5, ticks: 5 }], 0],
    ['a frame of an hour', [{ count: 1, ticks: 3_600_000 }], 1000],
  ])('is unknown with %s', (_, runs, ticksPerSecond) => {
    expect(toFrameTiming(runs, ticksPerSecond)).toBeUndefined()
  })
})
