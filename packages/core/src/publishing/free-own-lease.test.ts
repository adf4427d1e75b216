import { expect, test } from 'vitest'
import type { PublicationId } from '../model/ids.ts'
import { freeOwnLeases } from './free-own-lease.ts'

const ID = 'publication_1' as PublicationId

/** Advances that end when the test says so, and the leases that were ended before them. */
function openScene() {
  const calls: { end(): void; fail(): void }[] = []
  const freed: string[] = []
  const advance = freeOwnLeases(
    () =>
      new Promise((resolve, reject) => {
        const end = () => resolve({ waitMs: 0 })
        calls.push({ end, fail: () => reject(new Error('the connection broke')) })
      }),
    {
      owner: 'one',
      handover: {
        free: async (publicationId, owner) => {
          freed.push(`${owner} ${publicationId}`)
          return true
        },
      },
    },
  )
  const begin = async () => {
    const result = advance(ID)
    result.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    const call = calls.at(-1)
    if (!call) throw new Error('nothing was called')
    return { ...call, result }
  }
  return { begin, freed }
}

test('a step ends the lease that a failed one of this process left, and no other', async () => {
  const { begin, freed } = openScene()
  const first = await begin()
  first.fail()
  await expect(first.result).rejects.toThrow('the connection broke')
  expect(freed).toEqual([])
  const second = await begin()
  expect(freed).toEqual([`one ${ID}`])
  second.end()
  await second.result
  const third = await begin()
  third.end()
  expect(freed).toHaveLength(1)
})

test('a lease is left alone while another step of this process works on the publication', async () => {
  const { begin, freed } = openScene()
  const working = await begin()
  const second = await begin()
  second.fail()
  await expect(second.result).rejects.toThrow('the connection broke')
  const third = await begin()
  expect(freed).toEqual([])
  third.fail()
  working.fail()
  await expect(working.result).rejects.toThrow('the connection broke')
  await expect(third.result).rejects.toThrow('the connection broke')
  await begin()
  expect(freed).toHaveLength(1)
})
