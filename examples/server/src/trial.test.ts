import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordServiceUse } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { createLog } from './log.ts'
import { createApiClient } from './quickstart/api-client.ts'
import { connectInEmulator } from './quickstart/connect-in-emulator.ts'
import { type RunningServer, startServer } from './start-server.ts'

let folder: string
let server: RunningServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-trial-'))
  recordServiceUse('PGlite')
  const config = parseConfig({ OFM_DATA_DIR: folder, PORT: '0', OFM_EMULATOR_PORT: '0' })
  server = await startServer(config, createLog('silent'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the trial', () => {
  test.each([
    ['x', 'ada_demo'],
    ['instagram', 'bea_demo'],
    ['instagram_facebook', 'cleo_demo'],
  ])('connects an account of %s by its login', async (platform, username) => {
    const api = createApiClient({ baseUrl: server.url, key: server.firstKey?.text ?? '' })
    const { url } = await api.post<{ url: string }>('/v1/accounts/connect', { creator: 'ada', platform })
    await connectInEmulator(url, username)
    const { items } = await api.get<{ items: unknown[] }>(`/v1/accounts?platform=${platform}`)
    expect(items).toMatchObject([{ username, connection: { state: 'active', missingScopes: [] } }])
  })

  test('takes what Instagram signs: its challenge, a removed app, a request for deletion', async () => {
    const address = `${server.url}/v1/webhooks/instagram`
    const challenge = (token: string) =>
      fetch(`${address}?hub.mode=subscribe&hub.challenge=5&hub.verify_token=${token}`)
    expect(await (await challenge('emulated-verify-token')).text()).toBe('5')
    expect((await challenge('another')).status).toBe(403)

    const { app } = await readCredentials()
    const payload = Buffer.from(
      JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: '27100000000000002', issued_at: 1 }),
    )
    const encoded = payload.toString('base64url')
    const tell = (query: string, secret: string) => {
      const signature = createHmac('sha256', secret).update(encoded).digest('base64url')
      const body = new URLSearchParams({ signed_request: `${signature}.${encoded}` })
      return fetch(`${address}${query}`, { method: 'POST', body })
    }
    for (const secret of [app.instagramAppSecret, app.metaAppSecret]) {
      expect((await tell('', secret)).status).toBe(200)
      const deletion = await tell('?callback=data_deletion', secret)
      expect(await deletion.json()).toMatchObject({ confirmation_code: expect.stringMatching(/^[0-9a-f]{16}$/) })
    }
    expect((await tell('', 'forged')).status).toBe(401)
  })
})

async function readCredentials(): Promise<{ app: { instagramAppSecret: string; metaAppSecret: string } }> {
  const response = await fetch(`${server.emulators?.instagram}/_emulator/credentials`)
  return (await response.json()) as { app: { instagramAppSecret: string; metaAppSecret: string } }
}
