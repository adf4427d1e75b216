import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { startInstagramEmulator } from '@ofm-social/platform-instagram/emulator'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import type { DataFolder } from './data-folder.ts'
import type { OpenedPlatforms } from './open-platforms.ts'
import { callbackUrl } from './routes/connect.ts'
import { webhookUrl } from './routes/webhooks.ts'
import { StartError, systemCodeOf } from './start-error.ts'

/** Where the emulators listen. */
export interface EmulatorUrls {
  readonly x: string
  /** Of both logins. */
  readonly instagram: string
}

/** Small, so that the progress of a small sample can be seen. */
const trialSegmentBytes = 32 * 1024
/** Shorter than the adapter waits before it asks for the first time. */
const trialVideoProcessingMs = 4000
const verifyToken = 'emulated-verify-token'

/**
 * Starts an emulator of each platform, on ports one after the other.
 *
 * @param port Of the first; 0: any free ones.
 */
export async function openEmulators(port: number, folder: DataFolder, publicUrl: string): Promise<OpenedPlatforms> {
  const x = await start({ name: 'X', port }, () =>
    startXEmulator({
      ...{ port, stateFile: folder.at('x-emulator.json'), now: Date.now },
      redirectUris: [callbackUrl(publicUrl, 'x')],
    }),
  )
  const instagram = await startInstagram(port === 0 ? 0 : port + 1, folder, publicUrl).catch(async (error: unknown) => {
    await x.close()
    throw error
  })
  const { clientId, clientSecret, apiSecret } = x.credentials().app
  const { url: baseUrl } = instagram
  return {
    adapters: [
      createXAdapter({ baseUrl: x.url, segmentBytes: trialSegmentBytes }),
      createInstagramAdapter({ login: 'instagram', baseUrl }),
      createInstagramAdapter({ login: 'facebook', baseUrl }),
    ],
    apps: { x: { clientId, clientSecret, apiSecret }, ...toInstagramApps(instagram.credentials().app, publicUrl) },
    emulators: { x: x.url, instagram: baseUrl },
    close: async () => void (await Promise.all([x.close(), instagram.close()])),
  }
}

function startInstagram(port: number, folder: DataFolder, publicUrl: string) {
  const tell = webhookUrl(publicUrl, 'instagram')
  return start({ name: 'Instagram', port }, () =>
    startInstagramEmulator({
      ...{ port, stateFile: folder.at('instagram-emulator.json'), now: Date.now },
      redirectUris: ['instagram', 'instagram_facebook'].map((platform) => callbackUrl(publicUrl, platform)),
      videoProcessingMs: trialVideoProcessingMs,
      ...{ deauthorizeUrl: tell, dataDeletionUrl: `${tell}?callback=data_deletion` },
    }),
  )
}

/** The emulator tells both logins' callbacks to one address: each app verifies with both secrets. */
function toInstagramApps(app: Readonly<Record<string, unknown>>, publicUrl: string) {
  const shared = { webhookVerifyToken: verifyToken, dataDeletionUrl: `${publicUrl}/docs` }
  const metaAppSecret = String(app.metaAppSecret)
  return {
    instagram: {
      ...{ ...shared, metaAppSecret },
      ...{ clientId: String(app.instagramAppId), clientSecret: String(app.instagramAppSecret) },
    },
    instagram_facebook: { ...shared, clientId: String(app.metaAppId), clientSecret: metaAppSecret },
  }
}

async function start<Emulator>(
  { name, port }: { readonly name: string; readonly port: number },
  open: () => Promise<Emulator>,
): Promise<Emulator> {
  try {
    return await open()
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') {
      const advice = 'Stop what listens there, or choose another port with OFM_EMULATOR_PORT.'
      throw new StartError(`Port ${port} is in use; the emulator of ${name} needs it. ${advice}`, error)
    }
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
    throw new StartError(`The emulator of ${name} cannot start: ${reason}.`, error)
  }
}
