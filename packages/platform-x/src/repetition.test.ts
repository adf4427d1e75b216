import { createFixedClock, createTestSocial } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startXEmulator } from './emulator/index.ts'
import { createXAdapter } from './x-adapter.ts'

let emulator: Awaited<ReturnType<typeof startXEmulator>> | undefined
afterEach(() => emulator?.close())

test('what X forbids is said before: one text on several accounts, and again within a day', async () => {
  emulator = await startXEmulator({ now: createFixedClock().now })
  const { app, accounts } = emulator.credentials()
  const social = await createTestSocial({ adapters: [createXAdapter({ baseUrl: emulator.url })], apps: { x: app } })
  const connect = (creator: string, accessToken = '') =>
    social.accounts.add({ creator, platform: 'x', tokens: { accessToken } })
  const ada = await connect('ada', accounts[0]?.accessToken)
  const bea = await connect('bea', accounts[1]?.accessToken)
  const { warnings, publications } = await social.posts.create({ to: [ada.id], text: 'First light' })
  expect(warnings).toEqual([])
  const publicationId = publications[0]?.id
  const check = async (to: string, text: string) => (await social.posts.check({ to: [to], text })).warnings
  // As X's listings show it: the white space is one.
  expect(await check(bea.id, 'First   light')).toMatchObject([
    {
      code: 'repeated_on_other_account',
      accountId: ada.id,
      publicationId,
      message: expect.stringContaining('X forbids'),
    },
  ])
  expect(await check(ada.id, 'First light')).toMatchObject([
    { code: 'repeated_on_account', message: expect.stringContaining('within 24 hours') },
  ])
  expect(await check(bea.id, 'Light, for the first time')).toEqual([])
})
