import { PGlite } from '@electric-sql/pglite'
import { createLedger, usd } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createFixedClock, createTestSocial } from '@ofm-social/core/testing'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { recordServiceUse } from '@ofm-social/test-services'
import { expect, test } from 'vitest'

test('posts on X are paid from a budget of the real ledger, held when it is used up, and go on when it is raised', async () => {
  recordServiceUse('PGlite')
  const pglite = new PGlite()
  const emulator = await startXEmulator({ now: createFixedClock().now })
  const ledger = createLedger({ store: createPostgresLedgerStore({ pglite }) })
  await ledger.migrate()
  const { app, accounts } = emulator.credentials()
  const social = await createTestSocial({
    adapters: [createXAdapter({ baseUrl: emulator.url })],
    apps: { x: app },
    spending: ledger,
  })
  const books = ledger.forTenant((await social.agency.get()).externalId)
  await books.setBudget('agency', { limit: usd('100'), period: 'month' })
  await books.setBudget('agency/ada', { limit: usd('0.13'), period: 'once' })
  const accessToken = accounts[0]?.accessToken ?? ''
  const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens: { accessToken } })
  const publish = async (text: string): Promise<string> => {
    const { publications } = await social.posts.create({ to: [account.id], text })
    await social.settle()
    return publications[0]?.id ?? ''
  }
  const balanceOf = async (budget: string) => {
    const { settled, reserved, available } = await books.getBudget(budget)
    return `${settled} settled, ${reserved} reserved, ${available} left`
  }

  const first = await publish('First light')
  expect((await social.publications.get(first)).state).toBe('published')
  // 0.015 for the post, and 0.01 for reading whose account it is.
  expect(await balanceOf('agency/ada')).toBe('0.025 USD settled, 0.00 USD reserved, 0.105 USD left')
  expect(await balanceOf('agency')).toBe('0.025 USD settled, 0.00 USD reserved, 99.975 USD left')

  const second = await publish('Link in bio: example.com')
  expect((await social.publications.get(second)).hold).toMatchObject({
    reason: 'budget',
    message: 'Budget agency/ada has 0.105 USD left and does not renew: raise it.',
  })
  expect(emulator.posts()).toHaveLength(1)

  await books.setBudget('agency/ada', { limit: usd('1'), period: 'once' })
  await social.advance('15min')
  expect((await social.publications.get(second)).state).toBe('published')
  expect(await balanceOf('agency/ada')).toBe('0.225 USD settled, 0.00 USD reserved, 0.775 USD left')
  expect(await books.checkLedger()).toMatchObject({ ok: true, openReservations: 0 })
  await emulator.close()
  await ledger.close()
  await pglite.close()
})
