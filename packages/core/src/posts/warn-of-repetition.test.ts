import { describe, expect, test } from 'vitest'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { sampleAsset } from '../testing/sample-asset.ts'

const DAY_MS = 86_400_000

/** A platform that minds repetitions, with two accounts of one creator and one of another. */
async function connect(changes: Partial<PlatformAdapter> = {}) {
  let posted = 0
  const name = (): number => {
    posted += 1
    return posted
  }
  const { limits, ...rest } = changes
  const adapter: PlatformAdapter = {
    platform: 'strict',
    displayName: 'Strict',
    checkPart: () => [],
    readAccount: async (context) => {
      const username = (await context.accessToken()).reveal()
      return { externalId: username, username }
    },
    publish: async () => ({ status: 'published', externalId: `${name()}` }),
    remove: async () => undefined,
    ...rest,
    limits: limits ?? {
      textLengthMax: 280,
      repetition: {
        otherAccountsWithinMs: 30 * DAY_MS,
        sameAccountWithinMs: DAY_MS,
        source: 'https://example.com/rules',
        checkedOn: '2026-11-25',
      },
      source: 'https://example.com/limits',
      checkedOn: '2026-11-25',
    },
  }
  const social = await createTestSocial({ adapters: [adapter], apps: { strict: { clientId: 'strict' } } })
  const add = (creator: string, name = creator) =>
    social.accounts.add({ creator, platform: 'strict', tokens: { accessToken: name } })
  return { social, ada: await add('ada'), second: await add('ada', 'ada_too'), bea: await add('bea') }
}

describe('a post that repeats another', () => {
  test('of another account is warned of with its name, by check and by create, and accepted', async () => {
    const { social, ada, bea } = await connect()
    const first = await social.posts.create({ to: [ada.id], text: 'First  light' })
    expect(first.warnings).toEqual([])
    const again = { to: [bea.id], text: 'First light' }
    const warning = {
      destination: 0,
      platform: 'strict',
      code: 'repeated_on_other_account',
      path: 'text',
      message: expect.stringMatching(/^@ada has the same post \(pub_.*Strict forbids the same or nearly the same/),
      accountId: ada.id,
      publicationId: first.publications[0]?.id,
    }
    expect(await social.posts.check(again)).toMatchObject({ problems: [], warnings: [warning] })
    const second = await social.posts.create(again)
    expect(second.warnings).toEqual([warning])
    await social.settle()
    expect(await social.publications.get(second.publications[0]?.id ?? '')).toMatchObject({ state: 'published' })
    expect((await social.posts.check({ to: [bea.id], text: 'Second light' })).warnings).toEqual([])
  })

  test('of its own account is warned of for as long as the platform minds, also after it was taken off', async () => {
    const { social, ada, bea } = await connect()
    const { publications } = await social.posts.create({ to: [ada.id], text: 'First light' })
    const id = publications[0]?.id ?? ''
    await social.settle()
    const codes = async (to: string) =>
      (await social.posts.check({ to: [to], parts: [{ text: 'First light' }, { text: 'more' }] })).warnings.map(
        ({ code, path, publicationId }) => [code, path, publicationId],
      )
    expect(await codes(ada.id)).toEqual([['repeated_on_account', 'parts/0/text', id]])
    await social.publications.remove(id)
    await social.settle()
    expect(await codes(ada.id)).toEqual([['repeated_on_account', 'parts/0/text', id]])
    expect(await codes(bea.id)).toEqual([])
    await social.advance('1d')
    expect(await codes(ada.id)).toEqual([])
  })

  test('counts from its own time, and leaves out what never went out', async () => {
    const { social, ada, bea } = await connect()
    const { id } = await social.posts.create({ to: [ada.id], text: 'First light', draft: true })
    const at = (days: number) => new Date(social.now().getTime() + days * DAY_MS)
    const warningsOf = async (to: string, days: number) => {
      const made = await social.posts.create({ to: [to], text: 'First light', at: at(days) })
      await social.posts.cancel(made.id)
      return made.warnings.length
    }
    expect(await warningsOf(bea.id, 1)).toBe(0)
    await social.posts.submit(id)
    expect([await warningsOf(ada.id, 0.5), await warningsOf(ada.id, 2)]).toEqual([1, 0])
    expect([await warningsOf(bea.id, 29), await warningsOf(bea.id, 31)]).toEqual([1, 0])
  })

  test('is checked for the time that it is due at', async () => {
    const { social, ada } = await connect()
    const at = new Date(social.now().getTime() + 5 * DAY_MS)
    const post = { to: [ada.id], text: 'First light', at, key: 'order-981', by: 'mia' }
    await social.posts.create(post)
    expect((await social.posts.check(post)).warnings).toMatchObject([{ code: 'repeated_on_account' }])
    expect((await social.posts.check({ to: [ada.id], text: 'First light' })).warnings).toEqual([])
    await expect(social.posts.check({ ...post, at: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'at', code: 'in_the_past' }],
    })
  })

  test('after an edit is warned of like one that is new, by when it is due, and never of itself', async () => {
    const { social, ada, bea } = await connect()
    const at = new Date(social.now().getTime() + 5 * DAY_MS)
    const first = await social.posts.create({ to: [ada.id], text: 'First light', at })
    const post = await social.posts.create({ to: [bea.id], text: 'Other words', at })
    const edited = await social.posts.edit(post.id, { text: 'First light' })
    expect(edited).toMatchObject({ revision: 2, publications: [{ parts: [{ text: 'First light' }] }] })
    expect(edited.warnings).toEqual([
      {
        destination: 0,
        platform: 'strict',
        code: 'repeated_on_other_account',
        path: 'text',
        message: expect.stringMatching(/^@ada has the same post \(pub_.*due .*Strict forbids the same/),
        accountId: ada.id,
        publicationId: first.publications[0]?.id,
      },
    ])
    expect((await social.posts.edit(post.id, { text: 'Third words', comment: 'Link' })).warnings).toEqual([])
    expect((await social.posts.edit(post.id, { comment: 'Another link' })).warnings).toEqual([])
  })

  test('within itself is warned of at the later destination', async () => {
    const { social, ada, second } = await connect()
    const { warnings } = await social.posts.check({ to: [ada.id, second.id], text: 'Once' })
    expect(warnings).toMatchObject([{ destination: 1, accountId: ada.id, publicationId: null }])
    const apart = await social.posts.check({
      to: [ada.id, { account: second.id, text: 'In other words' }],
      text: 'Once',
    })
    expect(apart.warnings).toEqual([])
  })

  test('without a word is one only where the files are the same', async () => {
    const { social, ada, second } = await connect()
    const add = (id: string) => {
      const { bytes } = sampleAsset('png', { id, widthPixels: 8, heightPixels: 8 })
      return social.assets.add({
        creator: 'ada',
        stream: new Blob([Uint8Array.from(bytes)]).stream(),
        fileName: `${id}.png`,
      })
    }
    const [one, other] = [await add('one'), await add('other')]
    await social.posts.create({ to: [ada.id], assets: [one.id] })
    const codesOf = async (asset: string) =>
      (await social.posts.check({ to: [second.id], assets: [asset] })).warnings.map(({ code, path }) => [code, path])
    expect(await codesOf(other.id)).toEqual([])
    expect(await codesOf(one.id)).toEqual([['repeated_on_other_account', 'assets']])
  })

  test('of another agency is nobody’s business', async () => {
    const [mine, theirs] = [await connect(), await connect()]
    await theirs.social.posts.create({ to: [theirs.ada.id], text: 'First light' })
    expect((await mine.social.posts.check({ to: [mine.bea.id], text: 'First light' })).warnings).toEqual([])
  })

  test('is nothing where the platform has no rule, or nothing can be compared', async () => {
    const limits = { textLengthMax: 280, source: 'https://example.com', checkedOn: '2026-11-25' }
    for (const changes of [{ limits }, { likeness: () => null }]) {
      const { social, ada } = await connect(changes)
      await social.posts.create({ to: [ada.id], text: 'First light' })
      expect((await social.posts.check({ to: [ada.id], text: 'First light' })).warnings).toEqual([])
    }
  })
})
