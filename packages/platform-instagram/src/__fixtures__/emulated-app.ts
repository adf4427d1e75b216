import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AssetFileKey, AssetFiles } from '@ofm-social/core'
import { createMemoryFiles, createTestSocial, sampleAsset, type TestSocial } from '@ofm-social/core/testing'
import { type InstagramEmulatorSwitches, startInstagramEmulator } from '../emulator/index.ts'
import { createInstagramAdapter } from '../instagram-adapter.ts'
import type { InstagramLogin } from '../options.ts'

type Closing = (() => Promise<unknown>)[]

export async function listen(server: Server, closing: Closing): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Files in memory, with an address that the emulator can fetch. */
async function createPublicFiles(closing: Closing): Promise<AssetFiles> {
  const files = createMemoryFiles()
  const shown = new Map<string, { readonly key: AssetFileKey; readonly type: string }>()
  const server = createServer(async (request, response) => {
    const found = shown.get(request.url ?? '')
    if (!found) return void response.writeHead(404).end()
    const { stream, sizeBytes } = await files.open(found.key)
    response.writeHead(200, { 'content-type': found.type, 'content-length': sizeBytes })
    response.end(Buffer.from(await new Response(stream).arrayBuffer()))
  })
  const url = await listen(server, closing)
  return {
    ...files,
    async publicUrl(key, { type = 'image/jpeg' }) {
      shown.set(`/${key.sha256}`, { key, type })
      return `${url}/${key.sha256}`
    },
  }
}

/** An app in front of the emulator, with a clock that both share. What has to be closed is added to `closing`. */
export async function startEmulatedApp(
  closing: Closing,
  { login, ...switches }: InstagramEmulatorSwitches & { readonly login: InstagramLogin },
) {
  let social: TestSocial | undefined
  const now = () => social?.now().getTime() ?? Date.UTC(2026, 11, 1, 12)
  const emulator = await startInstagramEmulator({ now, login, ...switches })
  closing.push(() => emulator.close())
  const { app, accounts } = emulator.credentials()
  const { url: baseUrl } = emulator
  const adapter =
    login === 'instagram' ? createInstagramAdapter({ login, baseUrl }) : createInstagramAdapter({ login, baseUrl })
  social = await createTestSocial({
    adapters: [adapter],
    apps: {
      [adapter.platform]: { clientId: app.clientId, clientSecret: app.clientSecret, webhookVerifyToken: 'a word' },
    },
    files: await createPublicFiles(closing),
  })
  const tokens = { accessToken: accounts[0]?.accessToken ?? '' }
  const account = await social.accounts.add({ creator: 'ada', platform: adapter.platform, tokens })
  const image = await social.assets.add({
    creator: 'ada',
    stream: new Blob([sampleAsset('jpeg').bytes.slice()]).stream(),
  })
  const { posts } = social
  const publish = async (text: string, comment?: string) => {
    const more = comment === undefined ? {} : { comment }
    const post = await posts.create({ to: [account.id], text, assets: [image.id], ...more })
    return post.publications[0]?.id ?? ''
  }
  const publishStory = async () => {
    const to = [{ account: account.id, settings: { placement: 'story' } }]
    const post = await posts.create({ to, assets: [image.id] })
    return post.publications[0]?.id ?? ''
  }
  return { social, emulator, app, account, platform: adapter.platform, publish, publishStory }
}
