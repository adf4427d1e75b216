import { describe, expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

const day = 86_400_000

describe('what create accepts', () => {
  test('stays accepted under its key, whatever the platform would refuse by now', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const input = { to: [account.id], text: 'Once', key: 'order-1' }
    const made = await social.posts.create(input)
    const checkPart = social.platform.adapter.checkPart
    social.platform.adapter.checkPart = () => [{ code: 'too_long', path: 'text' }]
    expect((await social.posts.create(input)).id).toBe(made.id)
    await expect(social.posts.create({ ...input, key: 'order-2' })).rejects.toMatchObject({ code: 'invalid_post' })
    social.platform.adapter.checkPart = checkPart
  })

  test('refuses a moment that is so long ago that the post could only be missed', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const at = new Date(social.now().getTime() - day)
    await expect(social.posts.create({ to: [account.id], text: 'Yesterday', at })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'at', code: 'in_the_past' }],
    })
  })

  test.each(['2026-02-30T10:00Z', '2026-04-31T10:00:00+02:00', '2026-01-01T24:00Z', '2026-01-01T10:00[+02:00]'])(
    'refuses %s, which is no real moment',
    async (at) => {
      const social = await createTestSocial()
      const account = await social.addAccount({ creator: 'ada' })
      await expect(social.posts.create({ to: [account.id], text: 'Never', at })).rejects.toMatchObject({
        code: 'invalid_input',
        problems: [{ path: 'at' }],
      })
    },
  )

  test('refuses settings that would not come back as they were given', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    for (const value of [new Date(0), 1n, () => 1, Number.NaN]) {
      const to = [{ account: account.id, settings: { value } }]
      await expect(social.posts.create({ to, text: 'Odd' })).rejects.toMatchObject({ code: 'invalid_input' })
    }
  })

  test('prepares again when an edit changes the rating', async () => {
    const social = await createTestSocial({ shape: 'container' })
    const account = await social.addAccount({ creator: 'ada' })
    const at = new Date(social.now().getTime() + 60_000)
    const post = await social.posts.create({ to: [account.id], text: 'Later', at })
    await social.advance('40s')
    const prepared = social.platform.calls.filter(({ call }) => call === 'prepare').length
    expect(prepared).toBe(1)
    await social.posts.edit(post.id, { rating: 'adult' })
    await social.advance('1min')
    expect(social.platform.calls.filter(({ call }) => call === 'prepare')).toHaveLength(2)
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('refuses an edit of settings for an account that the post does not go to', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const post = await social.posts.create({ to: [account.id], text: 'Draft', draft: true })
    await expect(social.posts.edit(post.id, { settings: { instagram: {} } })).rejects.toMatchObject({
      problems: [{ path: 'settings/instagram', code: 'unknown_account' }],
    })
    expect((await social.posts.get(post.id)).revision).toBe(1)
  })
})
