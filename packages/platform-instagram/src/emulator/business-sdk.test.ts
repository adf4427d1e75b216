import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import sdk from 'facebook-nodejs-business-sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

const { FacebookAdsApi, IGMedia, IGUser, Page, User } = sdk

let emulator: Emulator
let host: MediaHost
let api: InstanceType<typeof FacebookAdsApi>
const clock = createFixedClock()
const jpeg = sampleAsset('jpeg')
const published = Object.getOwnPropertyDescriptor(FacebookAdsApi, 'GRAPH')

beforeEach(async () => {
  emulator = await startInstagramEmulator({ now: clock.now, login: 'facebook' })
  host = await startMediaHost()
  Object.defineProperty(FacebookAdsApi, 'GRAPH', {
    configurable: true,
    get: () => `${emulator.url}/graph.facebook.com`,
  })
  const sendsCrashReports = false
  api = new FacebookAdsApi(emulator.credentials().accounts[0]?.accessToken ?? '', 'en_US', sendsCrashReports)
})
afterEach(async () => {
  Object.defineProperty(FacebookAdsApi, 'GRAPH', Object(published))
  await emulator.close()
  await host.close()
})

async function findAccount() {
  const pages = await new User('me', {}, undefined, api).getAccounts(['id', 'name', 'instagram_business_account'])
  const page = pages.find((one) => one.instagram_business_account)
  return new IGUser(page?.instagram_business_account.id, {}, undefined, api)
}

async function catchError(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return Object(error)
}

test('the business SDK, as published, finds the account, publishes an image and reads it back', async () => {
  const account = await findAccount()
  const container = await account.createMedia([], { image_url: host.serve(jpeg.bytes), caption: 'From the SDK' })
  const post = await account.createMediaPublish([], { creation_id: container.id })
  expect(emulator.posts()).toMatchObject([{ id: post.id, text: 'From the SDK', mediaSha256: [jpeg.sha256] }])
  const read = await new IGMedia(post.id, {}, undefined, api).get(['caption', 'media_type', 'permalink', 'timestamp'])
  expect(read._data).toMatchObject({ caption: 'From the SDK', media_type: 'IMAGE' })
  const quota = await account.getContentPublishingLimit(['quota_usage', 'config'])
  expect(quota[0]?._data).toMatchObject({ quota_usage: 1, config: { quota_total: 50 } })
})

test('the business SDK publishes a carousel, comments on it and pages through media', async () => {
  const account = await findAccount()
  for (const caption of ['One', 'Two', 'Three']) {
    const { id } = await account.createMedia([], { image_url: host.serve(jpeg.bytes), caption })
    await account.createMediaPublish([], { creation_id: id })
  }
  const children: string[] = []
  for (let index = 0; index < 2; index += 1) {
    const child = await account.createMedia([], { image_url: host.serve(jpeg.bytes), is_carousel_item: true })
    children.push(child.id)
  }
  const parent = await account.createMedia([], { media_type: 'CAROUSEL', children, caption: 'Two at once' })
  const { id } = await account.createMediaPublish([], { creation_id: parent.id })
  const comment = await new IGMedia(id, {}, undefined, api).createComment([], { message: 'First comment' })
  expect(emulator.posts().at(-1)).toMatchObject({ id: comment.id, kind: 'comment', parentId: id })
  const pages = await account.getMedia(['caption'], { limit: 2 })
  const captions = pages.map((media) => media.caption)
  while (pages.hasNext()) for (const media of await pages.next()) captions.push(media.caption)
  expect(captions).toEqual(['Two at once', 'Three', 'Two', 'One'])
})

test('the business SDK gets insights, deletes a post, and throws its own errors', async () => {
  const account = await findAccount()
  const { id: containerId } = await account.createMedia([], { image_url: host.serve(jpeg.bytes) })
  const { id } = await account.createMediaPublish([], { creation_id: containerId })
  emulator.setMetrics(id, { views: 321, reach: 200 })
  const media = new IGMedia(id, {}, undefined, api)
  const insights = await media.getInsights([], { metric: ['views', 'reach'] })
  expect(insights.map((one) => [one.name, one.values[0].value])).toEqual([
    ['views', 321],
    ['reach', 200],
  ])
  const again = await catchError(account.createMediaPublish([], { creation_id: containerId }))
  expect(again).toMatchObject({ name: 'FacebookRequestError', status: 400, response: { code: 24 } })
  await media.delete([])
  expect(emulator.posts()).toMatchObject([{ id, removedAt: expect.any(String) }])
})

test('the business SDK subscribes a Page by its own token', async () => {
  const pages = await new User('me', {}, undefined, api).getAccounts(['id', 'access_token'])
  const page = new Page(pages[0]?.id, {}, undefined, new FacebookAdsApi(pages[0]?.access_token, 'en_US', false))
  await page.createSubscribedApp([], { subscribed_fields: ['feed'] })
  expect((await page.getSubscribedApps([]))[0]?._data).toMatchObject({ subscribed_fields: ['feed'] })
})
