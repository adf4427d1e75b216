import { expect, test } from 'vitest'
import { loadOnce } from './load-once.ts'

test('loads once, however many wait for it', async () => {
  let loads = 0
  const load = loadOnce(async () => {
    loads += 1
    return { loads }
  })
  const [first, second] = await Promise.all([load(), load()])
  expect(first).toBe(second)
  expect(await load()).toBe(first)
  expect(loads).toBe(1)
})

test('a load that failed is tried again with the next call', async () => {
  let loads = 0
  const load = loadOnce(async () => {
    loads += 1
    if (loads === 1) throw new Error('the file is not there yet')
    return 'loaded'
  })
  await expect(load()).rejects.toThrow('the file is not there yet')
  await expect(load()).resolves.toBe('loaded')
})
