import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { type GraphClient, toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

let emulator: Emulator
let host: MediaHost
afterEach(async () => {
  await emulator.close()
  await host.close()
})

async function publish(client: GraphClient, parameters: Record<string, string>): Promise<string> {
  const container = await client.post(`${client.accountId}/media`, parameters)
  return (await client.post(`${client.accountId}/media_publish`, { creation_id: container.json.id })).json.id
}

test('the page of an account shows every kind of post with its media, words and comments, and nothing unescaped', async () => {
  emulator = await startInstagramEmulator({ now: createFixedClock().now, videoProcessingMs: 0 })
  host = await startMediaHost()
  const client = toGraphClient(emulator, 'cleo_demo')
  const image_url = host.serve(sampleAsset('jpeg').bytes)
  const post = await publish(client, { image_url, caption: 'A <b>post</b>', alt_text: 'A dancer' })
  const comment = (await client.post(`${post}/comments`, { message: 'First <i>' })).json.id
  await client.post(`${comment}/replies`, { message: 'Second' })
  await publish(client, { media_type: 'REELS', video_url: host.serve(sampleAsset('mp4').bytes), caption: 'Moves' })
  const item = { image_url, is_carousel_item: 'true' }
  const items = [
    await client.post(`${client.accountId}/media`, item),
    await client.post(`${client.accountId}/media`, item),
  ]
  await publish(client, { media_type: 'CAROUSEL', children: items.map(({ json }) => json.id).join(), caption: 'Both' })
  await publish(client, { media_type: 'STORIES', image_url })
  const page = await (await fetch(`${emulator.url}/www.instagram.com/cleo_demo/`)).text()
  const kinds = page.match(/ · (story|carousel of 2|reel|post)(?=<)/g)
  expect(kinds?.map((kind) => kind.slice(3))).toEqual(['story', 'carousel of 2', 'reel', 'post'])
  expect([page.match(/<img /g)?.length, page.match(/<video /g)?.length]).toEqual([4, 1])
  expect(page).toContain('A &lt;b&gt;post&lt;/b&gt;')
  expect(page).toContain('<figcaption>ALT A dancer</figcaption>')
  expect(page.replace(/<small>@cleo_demo<\/small> /g, '')).toContain(
    '<div class="replies"><p class="text">First &lt;i&gt;</p>\n<div class="replies"><p class="text">Second</p>',
  )
  const sources = [...page.matchAll(/ src="([^"]+)"/g)].map(([, source = '']) => source)
  const statuses = await Promise.all(sources.map(async (source) => (await fetch(source)).status))
  expect(statuses).toEqual([200, 200, 200, 200, 200])
})
