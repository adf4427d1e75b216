import { describe, expect, test } from 'vitest'
import { createKeyCache } from './key-cache.ts'

function startCache() {
  let now = 0
  const left: string[] = []
  const cache = createKeyCache<string>({
    countMax: 2,
    lifeMs: 100,
    monotonicNow: () => now,
    onLeave: (value) => left.push(value),
  })
  return { cache, left, passTime: (ms: number) => (now += ms) }
}

describe('a key cache', () => {
  test('drops the least recently used value when it is full', () => {
    const { cache, left } = startCache()
    cache.set('a', 'A')
    cache.set('b', 'B')
    cache.get('a')
    cache.set('c', 'C')
    expect(left).toEqual(['B'])
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C'])
  })

  test('drops a value when its time is over, however often it was used', () => {
    const { cache, left, passTime } = startCache()
    cache.set('a', 'A')
    passTime(99)
    expect(cache.get('a')).toBe('A')
    passTime(1)
    expect(cache.get('a')).toBeUndefined()
    expect(left).toEqual(['A'])
  })

  test('lets go of a value that is replaced or dropped', () => {
    const { cache, left } = startCache()
    cache.set('a', 'A')
    cache.set('a', 'A2')
    cache.set('b', 'B')
    cache.drop((value) => value.startsWith('A'))
    expect(left).toEqual(['A', 'A2'])
    expect(cache.get('b')).toBe('B')
  })
})
