import type { PlatformAdapter } from '@ofm-social/core'
import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { createXAdapter } from '@ofm-social/platform-x'

/** The adapters of each package of a platform, with their defaults. */
export const adaptersByPackage: Readonly<Record<string, readonly PlatformAdapter[]>> = {
  'platform-x': [createXAdapter()],
  'platform-instagram': [createInstagramAdapter({ login: 'instagram' }), createInstagramAdapter({ login: 'facebook' })],
}
