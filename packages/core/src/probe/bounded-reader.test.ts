import { expect, test } from 'vitest'
import { sourceOf } from './__fixtures__/fixture.ts'
import { createBoundedReader } from './bounded-reader.ts'

const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256)
const { signal } = new AbortController()

test('answers small reads in a row from one fetch', async () => {
  const source = sourceOf(bytes)
  const reader = createBoundedReader(source, { bytesReadMax: 20_000, signal })
  for (let offset = 0; offset < 4096; offset += 8) {
    expect(await reader.read(offset, 8)).toEqual(bytes.slice(offset, offset + 8))
  }
  expect(source.bytesRead()).toBe(4096)
})

test('fetches what lies before or beyond the last fetch', async () => {
  const reader = createBoundedReader(sourceOf(bytes), { bytesReadMax: 20_000, signal })
  for (const [offset, length] of [
    [9000, 10],
    [0, 5000],
    [13_090, 100],
    [19_999, 1],
    [4090, 20],
  ] as const) {
    expect(await reader.read(offset, length)).toEqual(bytes.slice(offset, offset + length))
  }
})

test('fetches less ahead rather than more than the budget', async () => {
  const source = sourceOf(bytes)
  const reader = createBoundedReader(source, { bytesReadMax: 5000, signal })
  await reader.read(0, 8)
  await reader.read(10_000, 8)
  expect(source.bytesRead()).toBe(5000)
  await expect(reader.read(15_000, 8)).rejects.toMatchObject({ code: 'limit_exceeded' })
})

test('reads some of what is there, and nothing at the end', async () => {
  const reader = createBoundedReader(sourceOf(bytes), { bytesReadMax: 100_000, signal })
  expect((await reader.readSome(0, 10_000)).length).toBe(10_000)
  expect((await reader.readSome(9999, 10_000)).length).toBe(1)
  expect((await reader.readSome(15_000, 10_000)).length).toBe(5000)
  expect((await reader.readSome(20_000, 10_000)).length).toBe(0)
})

test('takes a read beyond the end for a file that was cut off', async () => {
  const reader = createBoundedReader(sourceOf(bytes), { bytesReadMax: 100_000, signal })
  await expect(reader.read(19_990, 11)).rejects.toMatchObject({ code: 'damaged' })
})
