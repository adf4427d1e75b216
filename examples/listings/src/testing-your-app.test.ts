import { createTestSocial } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'

test('a sale is announced an hour later', async () => {
  const social = await createTestSocial()
  const account = await social.addAccount({ creator: 'ada' })

  await social.posts.create({
    to: [account.id],
    text: 'Sold',
    at: new Date(social.now().getTime() + 3_600_000),
    key: 'order-981',
  })
  await social.advance('59min')
  expect(social.platform.posts()).toEqual([])

  await social.advance('1min')
  expect(social.platform.posts()).toMatchObject([{ text: 'Sold' }])
})
