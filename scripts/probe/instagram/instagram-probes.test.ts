import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFixedClock, sampleAsset } from '@ofm-social/core/testing'
import { type InstagramEmulatorSwitches, startInstagramEmulator } from '@ofm-social/platform-instagram/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProbes } from '../run-probes.ts'
import { instagramProbes } from './instagram-probes.ts'
import { createInstagramProbeApi } from './probe-api.ts'

type Given = Readonly<Record<string, string>>
type Login = 'instagram' | 'facebook'

const files: Readonly<Record<string, Uint8Array>> = {
  image: sampleAsset('jpeg').bytes,
  png: sampleAsset('png').bytes,
  'tall-image': sampleAsset('jpeg', { widthPixels: 900, heightPixels: 1200 }).bytes,
  'tall-video': sampleAsset('mp4').bytes,
}
let given: Given = {}
const server = createServer((request, response) => {
  const bytes = files[(request.url ?? '').slice(1)]
  if (bytes) response.end(bytes)
  else response.writeHead(302, { location: '/image' }).end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const urls = [...Object.keys(files), 'redirect'].map((name) => [name, `${url}/${name}`])
  given = { ...Object.fromEntries(urls), location: '100000000000003' }
})

afterAll(() => server.close())

async function ask(name: string, switches: InstagramEmulatorSwitches, login: Login, only: Given = given) {
  const clock = createFixedClock()
  const emulator = await startInstagramEmulator({ now: clock.now, login, ...switches })
  try {
    const [account, spare] = emulator.credentials().accounts
    const tokens = { 'young-token': String(spare?.accessToken), 'spare-token': String(spare?.accessToken) }
    const api = createInstagramProbeApi({
      baseUrl: `${emulator.url}/${String(account?.host)}`,
      accessToken: String(account?.accessToken),
      given: only === given ? { ...given, ...tokens } : only,
      sleep: async (ms) => void clock.advance(ms),
      runName: 'r1',
    })
    const [finding] = await runProbes(
      instagramProbes.filter((probe) => probe.name === name),
      api,
    )
    const text = JSON.stringify(finding)
    for (const token of [account?.accessToken, spare?.accessToken]) expect(text).not.toContain(token)
    expect(text).not.toMatch(/IGAA|EAA/)
    const live = emulator.posts().filter((post) => post.removedAt === null && post.kind !== 'comment')
    return { finding, live }
  } finally {
    await emulator.close()
  }
}

const day: InstagramEmulatorSwitches = { refreshAgeMinMs: 2 * 86_400_000 }
const cases: readonly [string, InstagramEmulatorSwitches, string, Login?][] = [
  ['quota-total', {}, '50'],
  ['quota-total', { quotaTotal: 100 }, '100'],
  ['status-text', {}, 'sentence'],
  ['status-text', { statusText: 'short' }, 'short'],
  ['carousel-video', {}, 'older_pages'],
  ['carousel-video', { carouselVideos: 'as_reels' }, 'as_reels'],
  ['png', {}, 'strict'],
  ['png', { imageFormats: 'png_too' }, 'png_too'],
  ['tall-image', {}, 'refused'],
  ['tall-image', { tallImages: 'accepted' }, 'accepted'],
  ['redirect', {}, 'followed'],
  ['redirect', { redirects: 'refused' }, 'refused'],
  ['story-location', {}, 'ignored'],
  ['story-location', { locationOnStories: 'refused' }, 'refused'],
  ['story-ai-label', {}, 'accepted'],
  ['hashtags', {}, 'accepted'],
  ['caption-count', {}, 'utf16'],
  ['republish', {}, 'not_found', 'facebook'],
  ['republish', { republish: 'same_media' }, 'same_media', 'facebook'],
  ['listing-lag', {}, 'at_once', 'facebook'],
  ['listing-lag', { listingLagMs: 10_000 }, 'later', 'facebook'],
  ['comment-limit', {}, 'checked', 'facebook'],
  ['comment-limit', { commentLimits: 'none' }, 'none', 'facebook'],
  ['comment-author', {}, 'present', 'facebook'],
  ['comment-author', { commentAuthors: 'withheld' }, 'withheld', 'facebook'],
  ['mentions-read-back', {}, 'kept', 'facebook'],
  ['mentions-read-back', { mentionsReadBack: 'dropped' }, 'dropped', 'facebook'],
  ['delete-twice', {}, 'not_found', 'facebook'],
  ['delete-twice', { deleteMissing: 'deleted' }, 'deleted', 'facebook'],
  ['young-refresh', day, '100'],
  ['young-refresh', { ...day, youngRefreshCode: 190 }, '190'],
  ['after-refresh', {}, 'lives'],
  ['after-refresh', { tokenAfterRefresh: 'dies' }, 'dies'],
  ['revoke', {}, 'works'],
  ['revoke', { instagramRevocation: 'unsupported' }, 'unsupported'],
]

test.each(cases)('%s with %o says %s', async (name, switches, observed, login = 'instagram') => {
  const { finding, live } = await ask(name, switches, login)
  expect(finding?.observed, finding?.detail).toBe(observed)
  expect(finding?.verdict).toBe(finding?.assumed === observed ? 'as_assumed' : 'different')
  expect(live).toEqual([])
})

test('what the login with Instagram cannot delete is named', async () => {
  const { finding, live } = await ask('delete-by-instagram', {}, 'instagram')
  expect(finding).toMatchObject({ observed: 'unsupported', verdict: 'as_assumed' })
  expect(finding?.detail).toContain(`delete it in the app: post ${live[0]?.id}`)
})

test('what an account or a login cannot answer is not asked', async () => {
  expect((await ask('delete-twice', {}, 'instagram')).finding?.verdict).toBe('not_asked')
  expect((await ask('revoke', {}, 'facebook')).finding?.verdict).toBe('not_asked')
  const { finding } = await ask('png', {}, 'instagram', { image: given.image ?? '' })
  expect(finding).toMatchObject({ verdict: 'not_asked', detail: expect.stringContaining('--with png=…') })
})

test('a refusal for another reason settles nothing', async () => {
  const { finding } = await ask('png', { accountStates: { ada_demo: 'restricted' } }, 'instagram')
  expect(finding).toMatchObject({ verdict: 'unclear', observed: undefined })
})
