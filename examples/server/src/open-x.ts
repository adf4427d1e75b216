import type { AppInput, PlatformAdapter } from '@ofm-social/core'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import type { XConfig } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { callbackUrl } from './routes/connect.ts'
import { StartError, systemCodeOf } from './start-error.ts'

/** X as the server speaks to it. */
export interface OpenedX {
  readonly adapter: PlatformAdapter
  readonly app: AppInput
  /** Null: the real one. */
  readonly emulatorUrl: string | null
  close(): Promise<void>
}

/** Small, so that the progress of a small sample can be seen. */
const trialSegmentBytes = 32 * 1024

/** The real X, or its emulator in this process, which finds its posts again at the next start. */
export async function openX(config: XConfig, folder: DataFolder, publicUrl: string): Promise<OpenedX> {
  if (config.kind === 'real') {
    const { clientId, clientSecret, apiSecret, baseUrl } = config
    return {
      adapter: createXAdapter(baseUrl === null ? {} : { baseUrl }),
      app: { clientId, ...(clientSecret !== null && { clientSecret }), ...(apiSecret !== null && { apiSecret }) },
      emulatorUrl: null,
      close: async () => undefined,
    }
  }
  const emulator = await startEmulator(config.port, folder.at('x-emulator.json'), publicUrl)
  const { clientId, clientSecret, apiSecret } = emulator.credentials().app
  return {
    adapter: createXAdapter({ baseUrl: emulator.url, segmentBytes: trialSegmentBytes }),
    app: { clientId, clientSecret, apiSecret },
    emulatorUrl: emulator.url,
    close: () => emulator.close(),
  }
}

async function startEmulator(port: number, stateFile: string, publicUrl: string) {
  try {
    return await startXEmulator({ port, stateFile, now: Date.now, redirectUris: [callbackUrl(publicUrl, 'x')] })
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') {
      const advice = 'Stop what listens there, or choose another port with OFM_EMULATOR_PORT.'
      throw new StartError(`Port ${port} is in use; the emulator of X needs it. ${advice}`, error)
    }
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
    throw new StartError(`The emulator of X cannot start: ${reason}.`, error)
  }
}
