import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Emulator, StartEmulatorOptions } from '@ofm-social/core/testing'

/** Starts the emulator of one platform; switches stand beside the toolkit's options. */
export type StartPlatformEmulator = (
  options: StartEmulatorOptions & Readonly<Record<string, unknown>>,
) => Promise<Emulator>

const root = join(import.meta.dirname, '../..')

/** Platforms whose package in this repository ships an emulator. */
export function listPlatforms(): readonly string[] {
  return globSync('packages/platform-*/package.json', { cwd: root })
    .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string; exports?: object })
    .filter((manifest) => manifest.exports && './emulator' in manifest.exports)
    .map((manifest) => manifest.name.replace('@ofm-social/platform-', ''))
    .sort()
}

/** Finds `start<Platform>Emulator` in the platform's emulator entry, by its name. */
export async function loadEmulator(platform: string): Promise<StartPlatformEmulator> {
  const entry = `@ofm-social/platform-${platform}/emulator`
  const module: Record<string, unknown> = await import(entry)
  const start = Object.entries(module).find(([name]) => /^start[A-Z]\w*Emulator$/.test(name))?.[1]
  if (typeof start !== 'function') throw new Error(`${entry} exports no start<Platform>Emulator.`)
  return start as StartPlatformEmulator
}
