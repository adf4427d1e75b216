import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'
import { makePng } from '../testing/sample-image.ts'

test('uploads wait for the window that is theirs; a post without files does not', async () => {
  const social = await createTestSocial({ shape: 'container' })
  const account = await social.addAccount({ creator: 'ada' })
  const resetAt = social.now().getTime() + 10 * 60_000
  const uploads = { name: 'uploads', scope: 'account' as const, limit: 5, remaining: 0, resetAt }
  social.platform.setRateWindows([{ ...uploads, operations: ['prepare'] }])
  const post = async (text: string, assets: string[] = []) => {
    const { publications } = await social.posts.create({ to: [account.id], text, assets })
    await social.advance('1min')
    return publications[0]?.id ?? ''
  }
  expect((await social.publications.get(await post('First light'))).state).toBe('published')
  const stream = new Blob([Uint8Array.from(makePng({ widthPixels: 8, heightPixels: 8 }))]).stream()
  const photo = await social.assets.add({ creator: 'ada', stream, fileName: 'photo.png' })
  const prepared = () => social.platform.calls.filter(({ call }) => call === 'prepare').length
  const before = prepared()
  const withPhoto = await post('A photo', [photo.id])
  expect(prepared()).toBe(before)
  expect(await social.publications.get(withPhoto)).toMatchObject({
    state: 'preparing',
    hold: { reason: 'rate_limited', until: new Date(resetAt + 2_000), message: expect.stringContaining('uploads') },
  })
  expect((await social.publications.get(await post('Words alone'))).state).toBe('published')
  await social.advance('10min')
  expect((await social.publications.get(withPhoto)).state).toBe('published')
})

test('a later part whose preparation failed is prepared again with pauses', async () => {
  const social = await createTestSocial({ shape: 'container' })
  const account = await social.addAccount({ creator: 'ada' })
  for (let count = 0; count < 4; count += 1)
    social.platform.fail('prepare', { kind: 'lose_before' }, { afterCalls: count === 0 ? 1 : 0 })
  const post = await social.posts.create({ to: [account.id], parts: [{ text: 'One' }, { text: 'Two' }] })
  await social.settle()
  expect(social.platform.calls.filter(({ call }) => call === 'prepare')).toHaveLength(2)
  await social.advance('5min')
  expect((await social.publications.get(post.publications[0]?.id ?? '')).state).toBe('published')
})
