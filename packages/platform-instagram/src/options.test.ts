import { sampleAsset } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'
import { createInstagramAdapter } from './instagram-adapter.ts'
import { parseInstagramAdapterOptions } from './options.ts'

test('every host can be somewhere else, alone or all together', () => {
  const real = parseInstagramAdapterOptions({ login: 'facebook' })
  expect(real.toUrl('rupload.facebook.com')).toBe('https://rupload.facebook.com')
  const moved = parseInstagramAdapterOptions({
    login: 'facebook',
    baseUrl: 'http://127.0.0.1:4011/',
    hosts: { 'graph.facebook.com': 'https://proxy.example/graph' },
  })
  expect(moved.toUrl('www.facebook.com')).toBe('http://127.0.0.1:4011/www.facebook.com')
  expect(moved.toUrl('graph.facebook.com')).toBe('https://proxy.example/graph')
})

test('all mistakes are named at once', () => {
  const options = { login: 'instagram', videoUpload: 'resumable', version: '25', nonsense: 1 } as const
  expect(() => parseInstagramAdapterOptions(options)).toThrow(/version[\s\S]*nonsense|nonsense[\s\S]*version/)
  expect(() => createInstagramAdapter({ login: 'instagram', videoUpload: 'resumable' })).toThrow(/login facebook only/)
})

test('each login has the members that it can do', () => {
  const instagram = createInstagramAdapter({ login: 'instagram' })
  const facebook = createInstagramAdapter({ login: 'facebook' })
  expect([instagram.platform, facebook.platform]).toEqual(['instagram', 'instagram_facebook'])
  expect([instagram.remove, instagram.oauth?.revoke]).toEqual([undefined, undefined])
  expect(facebook.remove).toBeDefined()
  expect(facebook.oauth?.revoke).toBeDefined()
})

test('the two logins are told apart by their names, and both say their limits', () => {
  const instagram = createInstagramAdapter({ login: 'instagram' })
  const facebook = createInstagramAdapter({ login: 'facebook' })
  expect([instagram.displayName, facebook.displayName]).toEqual(['Instagram', 'Instagram (Facebook login)'])
  expect([instagram.limits.comment.textLengthMax, facebook.limits.video.reel.durationSecondsMax]).toEqual([300, 900])
})

test('only an adapter that is told what to hear of subscribes accounts, and asks for the permission', () => {
  const scope = 'pages_manage_metadata'
  const deaf = createInstagramAdapter({ login: 'facebook' })
  expect([deaf.subscribe, deaf.oauth?.scopes.includes(scope)]).toEqual([undefined, false])
  const hearing = createInstagramAdapter({ login: 'facebook', webhookFields: ['feed'] })
  expect([typeof hearing.subscribe, hearing.oauth?.scopes.includes(scope)]).toEqual(['function', true])
})

test('private messages need a permission of their own, with the login through Instagram', () => {
  const asks = (webhookFields: string[]) =>
    createInstagramAdapter({ login: 'instagram', webhookFields }).oauth?.scopes.includes(
      'instagram_business_manage_messages',
    )
  expect([asks(['comments']), asks(['comments', 'messages']), asks(['messaging_seen'])]).toEqual([false, true, true])
})

test.each([
  ['instagram', []],
  ['instagram', ['comments,mentions']],
  ['facebook', ['feed', 'comments']],
] as const)('the login %s cannot be told of %j', (login, webhookFields) => {
  expect(() => parseInstagramAdapterOptions({ login, webhookFields })).toThrow(/webhookFields/)
})

test('files are fetched, but for videos that are sent', () => {
  const part = { kind: 'post', index: 0, text: '', settings: {}, rating: 'general' } as const
  const adapter = createInstagramAdapter({ login: 'facebook' })
  const sending = createInstagramAdapter({ login: 'facebook', videoUpload: 'resumable' })
  const [image, video] = [sampleAsset('jpeg'), sampleAsset('mp4')]
  expect(adapter.fetchesAssets?.({ ...part, assets: [video] })).toBe(true)
  expect(sending.fetchesAssets?.({ ...part, assets: [video] })).toBe(false)
  expect(sending.fetchesAssets?.({ ...part, assets: [video, image] })).toBe(true)
  expect(adapter.fetchesAssets?.({ ...part, assets: [] })).toBe(false)
})
