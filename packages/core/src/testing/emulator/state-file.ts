import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'

/** What outlives an emulator's process; blobs lie in a folder beside it. */
export interface SavedState {
  readonly platform: string
  readonly advancedMs: number
  readonly state: unknown
}

const savedState = z.object({
  version: z.literal(1),
  platform: z.string(),
  advancedMs: z.number(),
  state: z.unknown(),
})

/** Saves and loads an emulator's state. */
export interface StateFile {
  /** Undefined when there is no file yet. Throws a sentence when it is of another platform or damaged. */
  load(): SavedState | undefined
  /** Writes when something changed: under another name first, so that a kill leaves the old file or the new one. */
  save(saved: SavedState): void
}

/** @param path Its folder is made when it is missing. */
export function createStateFile(path: string, platform: string): StateFile {
  let last: string | undefined
  return {
    load() {
      last = readText(path)
      return last === undefined ? undefined : parseState(last, path, platform)
    },
    save(saved) {
      const text = JSON.stringify({ version: 1, ...saved })
      if (text === last) return
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, text)
      renameSync(`${path}.new`, path)
      last = text
    },
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function parseState(text: string, path: string, platform: string): SavedState {
  const saved = savedState.safeParse(parseJson(text))
  if (!saved.success) throw new Error(`${path} holds no emulator state; delete it or name another file.`)
  if (saved.data.platform !== platform) {
    throw new Error(`${path} holds the state of the emulator of ${saved.data.platform}, not of ${platform}.`)
  }
  return saved.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
