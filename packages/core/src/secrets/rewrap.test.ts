import { beforeAll, expect, test } from 'vitest'
import { createSocial } from '../create-social.ts'
import { type StorePorts, toSocialStore } from '../store-ports.ts'
import { createMemoryFiles } from '../testing/memory-files.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts'

const keys = {
  old: Buffer.alloc(32, 'old key ').toString('base64'),
  new: Buffer.alloc(32, 'new key ').toString('base64'),
}
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})

function createRig(names: readonly (keyof typeof keys)[], ports: StorePorts = database.ports) {
  const platform = createScriptedPlatform('synchronous', { now: database.now, platform: 'scripted' })
  const social = createSocial({
    store: toSocialStore(ports),
    adapters: [platform.adapter],
    apps: { scripted: { clientId: 'scripted' } },
    secretKey: { active: names[0] ?? '', keys: Object.fromEntries(names.map((name) => [name, keys[name]])) },
    files: createMemoryFiles(),
  })
  return { platform, social }
}

const addAccounts = async (agency: string, count: number) => {
  const { social } = createRig(['old'])
  for (let index = 0; index < count; index += 1)
    await social.forAgency(agency).accounts.add({
      creator: `creator ${index}`,
      platform: 'scripted',
      tokens: { accessToken: `${agency}-${index}` },
    })
}

test('after rewrap the old key may go, and the tokens still open', async () => {
  await addAccounts('agency', 2)
  await addAccounts('neighbour', 1)
  const both = createRig(['new', 'old']).social
  await expect(createRig(['new']).social.forAgency('agency').secrets.rewrap()).rejects.toMatchObject({
    code: 'secret_unreadable',
  })
  expect(await both.forAgency('agency').secrets.rewrap()).toEqual({ rewrapped: 2 })
  expect(await both.forAgency('agency').secrets.rewrap()).toEqual({ rewrapped: 0 })
  const { platform, social } = createRig(['new'])
  const agency = social.forAgency('agency')
  const { items } = await agency.accounts.list()
  await agency.posts.create({ to: [items[0]?.id ?? ''], text: 'sealed under the old key' })
  await social.tick({ maxMs: 10_000 })
  expect(platform.posts().map(({ text }) => text)).toEqual(['sealed under the old key'])
  await expect(social.forAgency('neighbour').secrets.rewrap()).rejects.toMatchObject({ code: 'secret_unreadable' })
})

test('a rewrap that broke off goes on where it was', async () => {
  await addAccounts('broken-off', 3)
  let done = 0
  const { keys: store } = database.ports
  const failing: StorePorts = {
    ...database.ports,
    keys: {
      ...store,
      async rewrap(key, from) {
        if (done === 2) throw new Error('connect ECONNREFUSED')
        done += 1
        return store.rewrap(key, from)
      },
    },
  }
  await expect(createRig(['new', 'old'], failing).social.forAgency('broken-off').secrets.rewrap()).rejects.toThrow(
    'ECONNREFUSED',
  )
  expect(await createRig(['new', 'old']).social.forAgency('broken-off').secrets.rewrap()).toEqual({ rewrapped: 1 })
})
