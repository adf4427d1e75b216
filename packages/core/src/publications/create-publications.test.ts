import { recordServiceUse } from '@ofm-social/test-services'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '../accounts/accounts.ts'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'

beforeAll(() => recordServiceUse('PGlite'))

describe('publications', () => {
  let social: TestSocial
  let account: Account
  beforeEach(async () => {
    social = await createTestSocial()
    account = await social.addAccount({ creator: 'ada' })
  })

  /** Posts whose writes were lost, after all looks: each asks a person. */
  const lose = async (count: number): Promise<string[]> => {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) {
      const own = await social.addAccount({ creator: 'ada', username: `ada-${index}` })
      social.platform.fail('publish', { kind: 'lose_before' })
      const post = await social.posts.create({ to: [own.id], text: `Lost ${index}` })
      ids.push(post.publications[0]?.id ?? '')
      await social.settle()
    }
    await social.advance('10min')
    return ids
  }

  test('goes on with a removal once the account is connected again', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'First light' })
    const id = post.publications[0]?.id ?? ''
    await social.settle()
    social.platform.fail('remove', { kind: 'refuse', code: 'reconnect' })
    await social.publications.remove(id)
    await social.settle()
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', hold: { reason: 'connection' } })
    await social.addAccount({ creator: 'ada' })
    await social.settle()
    expect([(await social.publications.get(id)).state, social.platform.posts()]).toEqual(['removed', []])
  })

  test('goes on with a removal once the pause is over', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'First light' })
    const id = post.publications[0]?.id ?? ''
    await social.settle()
    await social.pause({ account: account.id })
    await social.publications.remove(id)
    await social.settle()
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', hold: { reason: 'paused' } })
    await social.resume({ account: account.id })
    await social.settle()
    expect([(await social.publications.get(id)).state, social.platform.posts()]).toEqual(['removed', []])
  })

  test('counts the removal of what has ended as a new run, once', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'First light' })
    const id = post.publications[0]?.id ?? ''
    await social.settle()
    const runs = [(await social.publications.get(id)).run]
    await social.pause({ account: account.id })
    for (const _ of [1, 2]) runs.push((await social.publications.remove(id)).run)
    await social.resume({ account: account.id })
    await social.settle()
    const { state, run } = await social.publications.get(id)
    expect([...runs, run, state]).toEqual([1, 2, 2, 2, 'removed'])
  })

  test('retries in bulk, at most as many as the limit says', async () => {
    const ids = await lose(3)
    const results = await social.publications.retry({ state: 'needs_attention', limit: 2 }, { by: 'ann' })
    expect(results.map(({ result }) => result)).toEqual(['done', 'done'])
    await social.settle()
    expect(social.platform.posts()).toHaveLength(2)
    expect((await social.publications.list({ state: 'needs_attention' })).items).toHaveLength(1)
    expect((await social.publications.list({ state: ['published'] })).items.map(({ id }) => ids.includes(id))).toEqual([
      true,
      true,
    ])
  })

  test('confirms in bulk: each with its own answer', async () => {
    const [first = '', second = ''] = await lose(2)
    const results = await social.publications.confirm(
      [
        { id: first, externalId: 'live-1', url: 'https://scripted.example/live-1' },
        { id: 'pub_nonsense', externalId: 'x' },
      ],
      { by: 'ann' },
    )
    expect(results).toMatchObject([
      { id: first, result: 'done' },
      { id: 'pub_nonsense', result: 'refused', reason: { code: 'not_found' } },
    ])
    expect(await social.publications.get(first)).toMatchObject({
      state: 'published',
      parts: [{ externalId: 'live-1' }],
    })
    expect((await social.publications.get(second)).state).toBe('needs_attention')
  })

  test('gives up in bulk, and what ended stays ended', async () => {
    const ids = await lose(2)
    expect(await social.publications.giveUp({ creator: 'ada', state: 'needs_attention', limit: 10 })).toHaveLength(2)
    for (const id of ids) expect((await social.publications.get(id)).state).toBe('given_up')
    await social.advance('30min')
    expect(social.platform.posts()).toEqual([])
  })

  test("a look before a person's answer finds what became live meanwhile", async () => {
    const [id = ''] = await lose(1)
    const { accountId } = await social.publications.get(id)
    const { externalId } = await social.accounts.get(accountId)
    social.platform.postByHand({ accountExternalId: externalId, text: 'Lost 0' })
    await social.publications.retry(id).catch(() => undefined)
    await social.settle()
    expect(social.platform.posts()).toHaveLength(1)
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('refuses answers to what does not ask', async () => {
    const post = await social.posts.create({ to: [account.id], text: 'Fine' })
    await social.settle()
    const id = post.publications[0]?.id ?? ''
    const notAllowed = expect.objectContaining({ code: 'not_allowed' })
    await expect(social.publications.retry(id)).rejects.toThrow(notAllowed)
    await expect(social.publications.giveUp(id)).rejects.toThrow(notAllowed)
    await expect(social.publications.confirm(id, { externalId: 'x' })).rejects.toThrow(notAllowed)
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('lists by state, account, post, platform and hold, in pages', async () => {
    const other = await social.addAccount({ creator: 'bea' })
    const at = new Date(social.now().getTime() + 86_400_000)
    const post = await social.posts.create({ to: [account.id], text: 'Now' })
    await social.settle()
    for (let index = 0; index < 4; index += 1)
      await social.posts.create({ to: [index % 2 === 0 ? account.id : other.id], text: `Later ${index}`, at })
    await social.pause({ account: other.id }, { reason: 'holiday' })
    await social.posts.create({ to: [other.id], text: 'Held' })
    await social.settle()
    const count = async (filter: Parameters<TestSocial['publications']['list']>[0]) =>
      (await social.publications.list(filter)).items.length
    expect(await count({ state: 'published' })).toBe(1)
    expect(await count({ state: ['published', 'scheduled'] })).toBe(6)
    expect(await count({ account: other.id })).toBe(3)
    expect(await count({ creator: 'bea', held: true })).toBe(1)
    expect(await count({ creator: 'bea', held: false })).toBe(2)
    expect(await count({ post: post.id })).toBe(1)
    expect(await count({ platform: 'nothing' })).toBe(0)
    expect(await count({ account: 'nonsense' })).toBe(0)
    const first = await social.publications.list({ limit: 4 })
    const second = await social.publications.list({ limit: 4, after: first.next ?? '' })
    expect([first.items.length, second.items.length, second.next]).toEqual([4, 2, null])
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(6)
  })

  test('explains all that happened, oldest first', async () => {
    social.platform.fail('publish', { kind: 'accept_then_lose' })
    const post = await social.posts.create({ to: [account.id], text: 'Told', by: 'ann' })
    await social.advance('1min')
    const history = await social.publications.history(post.publications[0]?.id ?? '')
    expect(history[0]).toMatchObject({ type: 'publication.scheduled', by: 'ann' })
    expect(history.at(-1)?.type).toBe('publication.published')
    const times = history.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('names what is wrong with a filter', async () => {
    await expect(social.publications.list({ state: 'nonsense' as never })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(social.publications.retry({ limit: 0 })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
