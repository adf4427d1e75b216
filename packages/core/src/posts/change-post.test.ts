import { recordServiceUse } from '@ofm-social/test-services'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '../accounts/accounts.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'

const adapter: PlatformAdapter = {
  platform: 'set',
  displayName: 'Set',
  limits: { textLengthMax: 280, source: 'https://example.com', checkedOn: '2026-11-25' },
  settings: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  checkPart: () => [],
  readAccount: async () => ({ externalId: 'set', username: 'set' }),
  publish: async () => ({ status: 'published', externalId: '1' }),
}

beforeAll(() => recordServiceUse('PGlite'))

describe('changing a post', () => {
  let social: TestSocial
  let account: Account
  const later = () => new Date(social.now().getTime() + 3_600_000)
  const textsOf = (post: Awaited<ReturnType<TestSocial['posts']['get']>>) =>
    post.publications.map(({ parts }) => parts.map(({ text }) => text))

  beforeEach(async () => {
    social = await createTestSocial({ adapters: [adapter] })
    account = await social.addAccount({ creator: 'ada' })
  })

  test('text becomes a thread and text again', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', comment: 'Link', at: later() })
    const thread = await social.posts.edit(post.id, { parts: [{ text: 'first' }, { text: 'second' }] })
    expect(textsOf(thread)).toEqual([['first', 'second', 'Link']])
    const again = await social.posts.edit(post.id, { text: 'short' })
    expect([again.revision, textsOf(again)]).toEqual([3, [['short', 'Link']]])
    await social.advance('2h')
    expect(social.platform.posts().map(({ text }) => text)).toEqual(['short', 'Link'])
  })

  test('what is not named stays', async () => {
    const post = await social.posts.create({
      to: [account.id],
      text: 'one',
      comment: 'Link',
      rating: 'adult',
      at: later(),
    })
    const edited = await social.posts.edit(post.id, { comment: 'Other link' })
    expect([edited.rating, textsOf(edited)]).toEqual(['adult', [['one', 'Other link']]])
  })

  test('a comment is taken away by null, and only by null', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', comment: 'Link', at: later() })
    expect(textsOf(await social.posts.edit(post.id, { text: 'two' }))).toEqual([['two', 'Link']])
    expect(textsOf(await social.posts.edit(post.id, { comment: null }))).toEqual([['two']])
    expect(textsOf(await social.posts.edit(post.id, { parts: [{ text: 'a' }, { text: 'b' }] }))).toEqual([['a', 'b']])
    await expect(social.posts.edit(post.id, { comment: '' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('an edit with problems is refused with all of them, and changes nothing', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', at: later() })
    await expect(
      social.posts.edit(post.id, { parts: [{ text: '' }, { text: 'x'.repeat(281) }] }),
    ).rejects.toMatchObject({ code: 'invalid_post', problems: [{ path: 'parts/0/text' }, { path: 'parts/1/text' }] })
    expect(post).toMatchObject(await social.posts.get(post.id))
  })

  test('settings are by account; one that is no destination is named', async () => {
    const other = await social.accounts.add({
      creator: 'ada',
      platform: 'set',
      tokens: { accessToken: 'token of set' },
    })
    const post = await social.posts.create({
      to: [account.id, { account: other.id, settings: { flair: 'A' } }],
      text: 'x',
      at: later(),
    })
    const edited = await social.posts.edit(post.id, { settings: { [other.id]: { flair: 'B' } } })
    expect(edited.revision).toBe(2)
    await expect(social.posts.edit(post.id, { settings: { nobody: {}, [other.id]: {} } })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'settings/nobody' }],
    })
  })

  test('an approval is of one revision: an edit takes it back', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', approval: 'required' })
    const approved = await social.posts.approve(post.id, { revisionHash: post.revisionHash })
    expect(approved).toMatchObject({ approvedRevision: 1, publications: [{ state: 'scheduled' }] })
    const edited = await social.posts.edit(post.id, { text: 'two' })
    expect(edited).toMatchObject({ approvedRevision: null, publications: [{ state: 'awaiting_approval' }] })
    await social.settle()
    expect(social.platform.posts()).toEqual([])
  })

  test('an edit that changes nothing keeps the revision and its approval', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', comment: 'Link', approval: 'required' })
    await social.posts.approve(post.id, { revisionHash: post.revisionHash })
    for (const changes of [{}, { by: 'ann' }, { text: 'one', comment: 'Link' }]) {
      const same = await social.posts.edit(post.id, changes)
      expect(same).toMatchObject({ revision: 1, approvedRevision: 1, publications: [{ state: 'scheduled' }] })
    }
  })

  test('of two edits of one revision the first that is stored counts, and the other is told to read again', async () => {
    let meanwhile = async (): Promise<unknown> => undefined
    const readFacts = async () => {
      await meanwhile()
      return { expiresAt: 0 }
    }
    const raced = await createTestSocial({ adapters: [{ ...adapter, readFacts }] })
    const tokens = { accessToken: 'token of set' }
    const { id } = await raced.accounts.add({ creator: 'ada', platform: 'set', tokens })
    const post = await raced.posts.create({ to: [id], text: 'one', draft: true })
    meanwhile = () => {
      meanwhile = async () => undefined
      return raced.posts.edit(post.id, { text: 'first' })
    }
    const second = raced.posts.edit(post.id, { text: 'second' })
    await expect(second).rejects.toMatchObject({ code: 'stale_revision' })
    expect(textsOf(await raced.posts.get(post.id))).toEqual([['first']])
  })

  test('an approval that is withdrawn in time keeps the post back', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', approval: 'required', at: later() })
    await social.posts.approve(post.id, { revisionHash: post.revisionHash })
    await social.posts.withdrawApproval(post.id, { by: 'ann' })
    await social.advance('2h')
    expect(social.platform.posts()).toEqual([])
    const history = await social.publications.history(post.publications[0]?.id ?? '')
    expect(history.at(-1)).toMatchObject({ by: 'ann' })
  })

  test('a new time counts, also an earlier one', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', at: later() })
    const moved = await social.posts.reschedule(post.id, { at: new Date(social.now().getTime() + 60_000) })
    expect(moved.publications[0]?.dueAt).toEqual(moved.at)
    await social.advance('2min')
    expect(social.platform.posts()).toHaveLength(1)
    await expect(social.posts.reschedule(post.id, { at: later() })).rejects.toMatchObject({ code: 'too_late' })
  })

  test('a draft waits until it is submitted', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'one', draft: true })
    await social.advance('1h')
    expect(social.platform.posts()).toEqual([])
    await social.posts.submit(post.id)
    await social.settle()
    expect(social.platform.posts()).toHaveLength(1)
  })

  test('a post that is not there is not found, by every command', async () => {
    const { posts } = social
    for (const id of ['nonsense', 'post_01K00000000000000000000000']) {
      for (const call of [
        posts.get(id),
        posts.edit(id, { text: 'x' }),
        posts.approve(id, { revisionHash: 'x' }),
        posts.withdrawApproval(id),
        posts.reschedule(id, { at: later() }),
        posts.submit(id),
        posts.cancel(id),
      ])
        await expect(call).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  test('lists posts of a creator in pages', async () => {
    const other = await social.addAccount({ creator: 'bea' })
    const made: string[] = []
    for (let index = 0; index < 5; index += 1)
      made.push((await social.posts.create({ to: [account.id], text: `Post ${index}`, at: later() })).id)
    await social.posts.create({ to: [other.id], text: 'Not hers', at: later() })
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await social.posts.list({ creator: 'ada', limit: 2, ...(after && { after }) })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after)
    expect(seen.toSorted()).toEqual(made.toSorted())
    expect((await social.posts.list({ creator: 'nobody' })).items).toEqual([])
  })
})
