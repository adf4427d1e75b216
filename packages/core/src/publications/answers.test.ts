import { describe, expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

async function askingPost() {
  const social = await createTestSocial()
  const account = await social.addAccount({ creator: 'ada' })
  social.platform.setListingLag(3_600_000)
  social.platform.fail('publish', { kind: 'accept_then_lose' })
  const post = await social.posts.create({ to: [account.id], text: 'Live, but not listed yet' })
  await social.advance('10min')
  const id = post.publications[0]?.id ?? ''
  expect(await social.publications.get(id)).toMatchObject({
    state: 'needs_attention',
    reason: { code: 'outcome_unknown' },
  })
  return { social, id }
}

describe("a person's answer", () => {
  test('to send again is refused while the platform cannot be asked, and nothing is sent', async () => {
    const { social, id } = await askingPost()
    social.platform.fail('findPublished', { kind: 'lose_before' })
    await expect(social.publications.retry(id)).rejects.toMatchObject({ code: 'platform_failed' })
    expect(await social.publications.retry({ state: 'needs_attention', limit: 10 })).toMatchObject([
      { id, result: 'done' },
    ])
  })

  test('to send again is overtaken by a fresh look that finds the post', async () => {
    const { social, id } = await askingPost()
    social.platform.setListingLag(0)
    await expect(social.publications.retry(id)).rejects.toMatchObject({ code: 'not_allowed' })
    await social.settle()
    expect((await social.publications.get(id)).state).toBe('published')
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('that it is live needs no word of the platform', async () => {
    const { social, id } = await askingPost()
    social.platform.fail('findPublished', { kind: 'lose_before' })
    const [live] = social.platform.posts()
    await social.publications.confirm(id, { externalId: live?.id ?? '', by: 'ann' })
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: live?.id }] })
  })

  test('to remove is refused where the adapter cannot', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const post = await social.posts.create({ to: [account.id], text: 'Stays' })
    await social.settle()
    delete social.platform.adapter.remove
    await expect(social.publications.remove(post.publications[0]?.id ?? '')).rejects.toMatchObject({
      code: 'not_allowed',
    })
  })
})
