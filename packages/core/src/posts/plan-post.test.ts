import { describe, expect, test } from 'vitest'
import type { AccountId, AssetId, CreatorId } from '../model/ids.ts'
import type { MediaInfo } from '../model/media-info.ts'
import type { DestinationFacts, PlatformAdapter } from '../platform/platform-adapter.ts'
import { sampleAsset } from '../testing/sample-asset.ts'
import { planPost } from './plan-post.ts'
import type { PostContent } from './post-input.ts'
import { toMaterialQuery } from './post-references.ts'
import type { PostMaterial } from './post-store.ts'

const account = (id: string, creatorId = 'ada', platform = 'plain') => ({
  id: id as AccountId,
  creatorId: creatorId as CreatorId,
  platform,
  externalId: `external ${id}`,
  username: id,
})
const { sha256, sizeBytes, mediaInfo } = sampleAsset('jpeg')
const asset = (id: string, creatorId = 'ada') => ({
  id: id as AssetId,
  creatorId: creatorId as CreatorId,
  sha256,
  sizeBytes,
  mediaInfo: mediaInfo as MediaInfo,
})
const material: PostMaterial = {
  now: 0,
  approval: 'none',
  accounts: [
    account('a'),
    account('b'),
    account('s', 'ada', 'set'),
    account('bea', 'bea'),
    account('gone', 'ada', 'gone'),
  ],
  assets: [asset('photo'), asset('theirs', 'bea')],
  facts: [],
  existing: null,
}
const plain: PlatformAdapter = {
  platform: 'plain',
  displayName: 'Plain',
  limits: { textLengthMax: 10, source: 'https://example.com', checkedOn: '2026-11-25' },
  checkPart: ({ text }, facts) => {
    const limit = typeof facts?.textLengthMax === 'number' ? facts.textLengthMax : 10
    return text.length <= limit ? [] : [{ code: 'too_long', path: 'text', limit, actual: text.length }]
  },
  publish: async () => ({ status: 'published', externalId: '1' }),
}
const withSettings: PlatformAdapter = {
  ...plain,
  platform: 'set',
  displayName: 'Set',
  settings: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        typeof value === 'object' && value !== null && 'privacy' in value
          ? { value }
          : {
              issues: [
                { message: 'Choose who may see it.', path: ['privacy'] },
                { message: 'And more.', path: [{ key: 'more' }, 0] },
              ],
            },
    },
  },
}
const adapters = new Map([plain, withSettings].map((adapter) => [adapter.platform, adapter]))
const plan = (content: PostContent, facts?: DestinationFacts) =>
  planPost({ content, material, adapters, factsOf: async () => facts })
const problemsOf = async (content: PostContent) => (await plan(content)).flatMap(({ problems }) => problems)

describe('the plan of a post', () => {
  test('names all problems of all destinations, with the path in the post', async () => {
    const content: PostContent = {
      to: ['a', { account: 's', settings: {} }],
      parts: [{ text: 'fine' }, { text: 'much too long' }, {}],
      comment: 'also much too long',
    }
    expect(
      (await problemsOf(content)).map(({ destination, platform, path, code }) => [destination, platform, path, code]),
    ).toEqual([
      [0, 'plain', 'parts/1/text', 'too_long'],
      [0, 'plain', 'parts/2/text', 'empty'],
      [0, 'plain', 'comment', 'too_long'],
      [1, 'set', 'settings/privacy', 'invalid'],
      [1, 'set', 'settings/more/0', 'invalid'],
      [1, 'set', 'parts/1/text', 'too_long'],
      [1, 'set', 'parts/2/text', 'empty'],
      [1, 'set', 'comment', 'too_long'],
    ])
  })

  test('lets a destination have its own text or parts', async () => {
    const [first, second, third] = await plan({
      to: [
        'a',
        { account: 'b', text: 'own' },
        { account: 'a', target: 't', parts: [{ text: 'one' }, { text: 'two' }] },
      ],
      text: 'common',
    })
    expect(first?.parts.map(({ text, kind, target }) => [kind, text, target])).toEqual([['post', 'common', undefined]])
    expect(second?.parts.map(({ text }) => text)).toEqual(['own'])
    expect(third?.parts.map(({ text, kind, index, target }) => [kind, index, text, target])).toEqual([
      ['post', 0, 'one', 't'],
      ['thread', 1, 'two', 't'],
    ])
  })

  test('an own text replaces the common thread', async () => {
    const [only] = await plan({ to: [{ account: 'a', text: 'short' }], parts: [{ text: 'one' }, { text: 'two' }] })
    expect(only?.parts.map(({ text }) => text)).toEqual(['short'])
  })

  test('puts assets with their descriptions into the part, and a comment last', async () => {
    const [only] = await plan({ to: ['a'], text: '', assets: [{ asset: 'photo', altText: 'A cat' }], comment: 'Link' })
    expect(only?.problems).toEqual([])
    expect(only?.parts).toMatchObject([
      { kind: 'post', index: 0, assets: [{ id: 'photo', altText: 'A cat', sha256, sizeBytes }] },
      { kind: 'comment', index: 1, text: 'Link', assets: [] },
    ])
  })

  test('says when the same account and target are named twice', async () => {
    expect(await problemsOf({ to: ['a', 'a'], text: 'x' })).toMatchObject([
      { destination: 1, code: 'repeated', path: 'to' },
    ])
    expect(
      await problemsOf({
        to: [
          { account: 'a', target: 'one' },
          { account: 'a', target: 'two' },
        ],
        text: 'x',
      }),
    ).toEqual([])
  })

  test('refuses settings where a platform has none', async () => {
    expect(await problemsOf({ to: [{ account: 'a', settings: { flair: 'Clip' } }], text: 'x' })).toMatchObject([
      { code: 'not_supported', path: 'settings', fix: 'remove' },
    ])
    expect(await problemsOf({ to: [{ account: 'a', settings: {} }], text: 'x' })).toEqual([])
  })

  test('checks against what the platform says of the account now', async () => {
    const [only] = await plan({ to: ['a'], text: 'longer than ten' }, { expiresAt: 1, textLengthMax: 100 })
    expect(only?.problems).toEqual([])
  })

  test.each([
    [{ to: ['nobody'], text: 'x' }, 'not_found'],
    [{ to: ['a'], assets: ['nothing'] }, 'not_found'],
    [{ to: ['a', 'bea'], text: 'x' }, 'mixed_creators'],
    [{ to: ['a'], assets: ['theirs'] }, 'mixed_creators'],
    [{ to: ['gone'], text: 'x' }, 'unknown_platform'],
  ])('%j is %s', async (content, code) => {
    await expect(plan(content)).rejects.toMatchObject({ code })
  })

  test('names everything that it names and that is not there, with where', async () => {
    const content: PostContent = {
      to: ['nobody', 'a', { account: 'no one', parts: [{ text: 'x', assets: [{ asset: 'nowhere' }] }] }],
      parts: [{ text: 'x' }, { assets: ['photo', 'nothing', 'nothing'] }],
    }
    const problems = [
      { path: 'to/0', code: 'not_found', message: 'to/0: there is no account nobody.' },
      { path: 'to/2/account', code: 'not_found', message: 'to/2/account: there is no account no one.' },
      { path: 'parts/1/assets/1', code: 'not_found', message: 'parts/1/assets/1: there is no asset nothing.' },
      { path: 'parts/1/assets/2', code: 'not_found', message: 'parts/1/assets/2: there is no asset nothing.' },
      {
        path: 'to/2/parts/0/assets/0/asset',
        code: 'not_found',
        message: 'to/2/parts/0/assets/0/asset: there is no asset nowhere.',
      },
    ]
    const message = problems.map((problem) => problem.message).join(' ')
    await expect(plan(content)).rejects.toMatchObject({ code: 'not_found', message, problems })
  })

  test('names what is not there beside what belongs to somebody else and what has no adapter', async () => {
    const content = { to: ['a', 'bea', 'gone', 'nobody'], assets: ['theirs', 'nothing'] }
    await expect(plan(content)).rejects.toMatchObject({
      code: 'not_found',
      problems: [
        { path: 'to/1', code: 'mixed_creators' },
        { path: 'to/2', code: 'unknown_platform', message: expect.stringContaining('there are: plain, set.') },
        { path: 'to/3', code: 'not_found' },
        { path: 'assets/0', code: 'mixed_creators' },
        { path: 'assets/1', code: 'not_found' },
      ],
    })
  })

  test('reads each account and asset that it names once', () => {
    const assets = ['photo', { asset: 'photo', altText: 'x' }, 'other']
    expect(
      toMaterialQuery({
        to: ['a', { account: 'a', parts: [{ assets: ['third'] }] }],
        assets,
        parts: [{ assets: ['photo'] }],
      }),
    ).toEqual({ accountIds: ['a'], assetIds: ['photo', 'other', 'third'] })
  })
})
