import type { AppInput, TokenInput } from '@ofm-social/core'
import { createScriptedPlatform, SCRIPTED_SHAPES } from '@ofm-social/core/testing'
import { startInstagramEmulator } from '@ofm-social/platform-instagram/emulator'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { serveScripted } from './serve-scripted.ts'

/** A platform whose world is in this process, with its truth in reach. */
export interface StagePlatform {
  readonly name: string
  readonly url: string
  readonly apps: Readonly<Record<string, AppInput>>
  /** Whether parts may have files. */
  readonly files: readonly ('mp4' | 'jpeg')[]
  /** Tokens that are good now, as after a login. */
  logIn(count: number): TokenInput
  readonly secondPart: 'reply' | 'comment'
  isWrite(method: string, path: string): boolean
  /** Whether nothing but a listing shows this part: one that a killed process did not send cannot be proven absent. */
  listsOnly(part: number): boolean
  /** Ids of the live posts with this text. */
  live(text: string): readonly string[]
  close(): Promise<void>
}

export async function startStagePlatform(platform: string, now: () => number): Promise<StagePlatform> {
  if (platform === 'x') return startX(now)
  if (platform === 'instagram' || platform === 'instagram_facebook') return startInstagram(platform, now)
  const shape = SCRIPTED_SHAPES.find((one) => one === platform)
  if (!shape) throw new Error(`There is no platform ${platform}.`)
  const scripted = createScriptedPlatform(shape, { now, platform })
  const { url, close } = await serveScripted(scripted, now)
  return {
    name: platform,
    url,
    apps: {},
    files: [],
    logIn: (count) => ({ accessToken: `account-${count}` }),
    secondPart: 'reply',
    isWrite: (_, path) => path === '/publish',
    listsOnly: () => shape === 'synchronous' || shape === 'no_id',
    live: (text) =>
      scripted
        .posts()
        .filter((post) => post.text === text)
        .map((post) => post.id),
    close,
  }
}

async function startX(now: () => number): Promise<StagePlatform> {
  const emulator = await startXEmulator({ now })
  const { app } = emulator.credentials()
  return {
    name: 'x',
    url: emulator.url,
    apps: { x: { clientId: app.clientId, clientSecret: app.clientSecret } },
    files: ['mp4', 'jpeg'],
    logIn(count) {
      const account = emulator.credentials().accounts[count]
      if (!account) throw new Error('The emulator has too few accounts.')
      const { accessToken, refreshToken } = account
      return { accessToken, ...(refreshToken ? { refreshToken } : {}) }
    },
    secondPart: 'reply',
    isWrite: (method, path) => method === 'POST' && path === '/2/tweets',
    listsOnly: () => true,
    // X appends a link to the media to the text.
    live: (text) =>
      emulator
        .posts()
        .filter((post) => post.removedAt === null && (post.text === text || post.text.startsWith(`${text} `)))
        .map((post) => post.id),
    close: () => emulator.close(),
  }
}

async function startInstagram(platform: 'instagram' | 'instagram_facebook', now: () => number): Promise<StagePlatform> {
  const login = platform === 'instagram' ? 'instagram' : 'facebook'
  const emulator = await startInstagramEmulator({ now, login })
  const { app } = emulator.credentials()
  return {
    name: platform,
    url: emulator.url,
    apps: { [platform]: { clientId: app.clientId, clientSecret: app.clientSecret } },
    files: ['mp4', 'jpeg'],
    logIn(count) {
      const account = emulator.credentials().accounts[count]
      if (!account) throw new Error('The emulator has too few accounts.')
      return { accessToken: account.accessToken }
    },
    secondPart: 'comment',
    isWrite: (method, path) => method === 'POST' && /\/(?:media_publish|comments)$/.test(path),
    // A container says whether it was published; the list of a post's comments is complete, and counted.
    listsOnly: () => false,
    live: (text) =>
      emulator
        .posts()
        .filter((post) => post.removedAt === null && post.text === text)
        .map((post) => post.id),
    close: () => emulator.close(),
  }
}
