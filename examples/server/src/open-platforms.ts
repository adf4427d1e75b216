import type { AppInput, PlatformAdapter } from '@ofm-social/core'
import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { createXAdapter } from '@ofm-social/platform-x'
import type { DataFolder } from './data-folder.ts'
import type { EmulatorUrls } from './open-emulators.ts'
import { type PlatformsConfig, platformNames, type RealPlatform } from './platforms-config.ts'

/** The platforms as the server speaks to them. */
export interface OpenedPlatforms {
  readonly adapters: readonly PlatformAdapter[]
  readonly apps: Readonly<Record<string, AppInput>>
  /** Null: they are the real ones. */
  readonly emulators: EmulatorUrls | null
  close(): Promise<void>
}

/** The real platforms, or their emulators in this process, which find their posts again at the next start. */
export async function openPlatforms(
  config: PlatformsConfig,
  folder: DataFolder,
  publicUrl: string,
): Promise<OpenedPlatforms> {
  if (config.kind === 'emulators') {
    // With what they probe media with, they are more code than all the rest of the server.
    const { openEmulators } = await import('./open-emulators.ts')
    return openEmulators(config.port, folder, publicUrl)
  }
  const opened = platformNames.flatMap((name) => {
    const platform = config.platforms[name]
    return platform ? [{ adapter: createAdapter[name](toOptions(platform)), app: platform.app }] : []
  })
  return {
    adapters: opened.map(({ adapter }) => adapter),
    apps: Object.fromEntries(opened.map(({ adapter, app }) => [adapter.platform, app])),
    emulators: null,
    close: async () => undefined,
  }
}

interface AdapterOptions {
  readonly baseUrl?: string
  readonly webhookFields?: readonly string[]
}

const createAdapter = {
  x: ({ webhookFields: _, ...options }) => createXAdapter(options),
  instagram: (options) => createInstagramAdapter({ login: 'instagram', ...options }),
  instagram_facebook: (options) => createInstagramAdapter({ login: 'facebook', ...options }),
} satisfies Record<(typeof platformNames)[number], (options: AdapterOptions) => PlatformAdapter>

function toOptions({ baseUrl, webhookFields }: RealPlatform): AdapterOptions {
  return { ...(baseUrl !== null && { baseUrl }), ...(webhookFields && { webhookFields }) }
}
