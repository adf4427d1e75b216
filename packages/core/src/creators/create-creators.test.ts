import { randomFillSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type AgencyId, createIds } from '../model/ids.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createCreators } from './create-creators.ts'
import { createResolveCreator } from './resolve-creator.ts'

function start() {
  let now = 1_000
  const store = createMemoryCreatorStore(() => now)
  const createId = createIds({ now: () => now++, random: (bytes) => randomFillSync(bytes) })
  const forAgency = (agency: string) =>
    createCreators({ readAgencyId: async () => agency as AgencyId, store, createId })
  return {
    creators: forAgency('agency_a'),
    others: forAgency('agency_b'),
    resolve: createResolveCreator({ store, createId }),
  }
}

const notFound = expect.objectContaining({ code: 'not_found' })

describe('creators', () => {
  test('are found by our id and by the id of the app', async () => {
    const { creators } = start()
    const ada = await creators.add({ externalId: 'ada', name: 'Ada' })
    expect(ada).toMatchObject({ externalId: 'ada', name: 'Ada' })
    expect(await creators.get(ada.id)).toEqual(ada)
    expect(await creators.get('ada')).toEqual(ada)
  })

  test('with an external id exist once, and get the newest name', async () => {
    const { creators } = start()
    const first = await creators.add({ externalId: 'ada', name: 'Ada' })
    expect(await creators.add({ externalId: 'ada' })).toEqual(first)
    expect(await creators.add({ externalId: 'ada', name: 'Ada L.' })).toEqual({ ...first, name: 'Ada L.' })
    expect((await creators.add({ name: 'No id' })).externalId).toBeNull()
  })

  test('of another agency are not found', async () => {
    const { creators, others } = start()
    const ada = await creators.add({ externalId: 'ada' })
    await expect(others.get(ada.id)).rejects.toThrow(notFound)
    await expect(others.get('ada')).rejects.toThrow(notFound)
    expect((await others.add({ externalId: 'ada' })).id).not.toBe(ada.id)
    expect((await others.list()).items).toHaveLength(1)
  })

  test('are listed newest first, page by page', async () => {
    const { creators } = start()
    for (const externalId of ['a', 'b', 'c', 'd', 'e']) await creators.add({ externalId })
    const first = await creators.list({ limit: 3 })
    expect(first.items.map(({ externalId }) => externalId)).toEqual(['e', 'd', 'c'])
    const second = await creators.list({ limit: 3, after: first.next ?? '' })
    expect(second.items.map(({ externalId }) => externalId)).toEqual(['b', 'a'])
    expect(second.next).toBeNull()
    expect((await creators.list({ limit: 5 })).next).toBeNull()
  })

  test('refuse bad input with all problems', async () => {
    const { creators } = start()
    const ada = await creators.add({ externalId: 'ada' })
    await expect(creators.add({ externalId: ada.id, name: '' })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'externalId' }, { path: 'name', code: 'too_short' }],
    })
    await expect(creators.list({ limit: 201, after: 'x' })).rejects.toMatchObject({
      problems: [{ path: 'limit', message: 'limit is 201; it must be at most 200.' }, { path: 'after' }],
    })
  })
})

describe('naming a creator', () => {
  const agencyId = 'agency_a' as AgencyId

  test('by an id of the app makes one on first use', async () => {
    const { creators, resolve } = start()
    const ada = await resolve(agencyId, 'ada', { create: true })
    expect(await resolve(agencyId, 'ada', { create: true })).toEqual(ada)
    expect(await creators.get('ada')).toEqual(ada)
  })

  test('by an id of ours never makes one', async () => {
    const { creators, resolve } = start()
    const ada = await creators.add({ externalId: 'ada' })
    await expect(resolve('agency_b' as AgencyId, ada.id, { create: true })).rejects.toThrow(notFound)
    await expect(resolve(agencyId, 'bob', { create: false })).rejects.toThrow(notFound)
  })
})
