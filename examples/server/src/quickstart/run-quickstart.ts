import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiClient } from './api-client.ts'
import { connectInEmulator } from './connect-in-emulator.ts'
import { createTrail, type ShownPublication } from './describe-publication.ts'
import type { LivePrinter } from './print-lines.ts'

export interface QuickstartOptions {
  readonly api: ApiClient
  /** Where the emulator of X listens: its login page, and the control call that injects the fault. */
  readonly emulatorUrl: string
  readonly printer: LivePrinter
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly wait: (ms: number) => Promise<void>
}

interface SamplePost {
  readonly label: string
  readonly key: string
  readonly content: Readonly<Record<string, unknown>>
  readonly fault?: true
}

interface CreatedPost {
  readonly key: string | null
  readonly publications: readonly ShownPublication[]
}

const CREATOR = 'ada'
const POLL_MS = 100
const GIVE_UP_MS = 90_000
const ENDED = ['published', 'refused', 'missed', 'canceled', 'given_up', 'incomplete', 'needs_attention', 'removed']

/**
 * Connects a creator, adds two files and publishes four posts, all through the public API and read back through it. Answers whether all of them are
 * live. A second run finds everything there and repeats nothing.
 */
export async function runQuickstart(options: QuickstartOptions): Promise<boolean> {
  const { api, printer } = options
  const account = await connectAda(options)
  const photo = await addSample(options, account, 'photo.jpg', 'image/jpeg')
  const clip = await addSample(options, account, 'clip.mp4', 'video/mp4')
  printer.line('')
  const samples: readonly SamplePost[] = [
    {
      label: 'First light',
      key: 'quickstart-photo',
      content: { text: 'First light', assets: [{ asset: photo, altText: 'Morning light over a harbour.' }] },
    },
    { label: 'clip.mp4', key: 'quickstart-clip', content: { text: 'Six seconds of it', assets: [clip] } },
    {
      label: 'A thread',
      key: 'quickstart-thread',
      content: { parts: [{ text: 'How it went:' }, { text: 'First the photo,' }, { text: 'then the clip.' }] },
    },
    {
      label: 'And a fault',
      key: 'quickstart-fault',
      content: { text: 'Sent once, although the answer was lost' },
      fault: true,
    },
  ]
  const known = await api.get<{ readonly items: readonly CreatedPost[] }>(`/v1/posts?creator=${CREATOR}`)
  let published = 0
  for (const sample of samples) {
    const isNew = !known.items.some((post) => post.key === sample.key)
    if (await publishSample(options, account, sample, isNew)) published += 1
  }
  return published === samples.length
}

async function connectAda(options: QuickstartOptions): Promise<string> {
  const { api, printer, emulatorUrl } = options
  const read = (): Promise<{
    readonly items: readonly {
      readonly id: string
      readonly username: string
      readonly connection: { readonly state: string }
    }[]
  }> => api.get(`/v1/accounts?creator=${CREATOR}&platform=x`)
  const [before] = (await read()).items
  if (before?.connection.state !== 'active') {
    const { url } = await api.post<{ readonly url: string }>('/v1/accounts/connect', {
      creator: CREATOR,
      platform: 'x',
    })
    await connectInEmulator({ authorizeUrl: url, emulatorUrl, username: 'ada_demo' })
  }
  const [account] = (await read()).items
  if (!account) throw new Error('The login ended, but the API shows no account of ada.')
  printer.line(`  ✓ creator ${CREATOR} connected to x as @${account.username}`)
  return account.id
}

interface ShownAsset {
  readonly id: string
  readonly mediaInfo: {
    readonly kind: string
    readonly format?: string
    readonly widthPixels?: number
    readonly heightPixels?: number
    readonly durationSeconds?: number
    readonly videoCodec?: string
  }
}

const codecNames: Readonly<Record<string, string>> = { h264: 'H.264', hevc: 'HEVC', vp9: 'VP9', av1: 'AV1' }

async function addSample(
  { api, printer }: QuickstartOptions,
  account: string,
  fileName: string,
  type: string,
): Promise<string> {
  const path = fileURLToPath(new URL(`../../samples/${fileName}`, import.meta.url))
  const bytes = new Uint8Array(await readFile(path))
  const asset = await api.upload<ShownAsset>(`/v1/creators/${CREATOR}/assets?fileName=${basename(path)}`, bytes, type)
  const { problems } = await api.post<{ readonly problems: readonly { readonly message: string }[] }>(
    '/v1/posts/check',
    { to: [account], assets: [asset.id] },
  )
  const { mediaInfo: media } = asset
  const size = `${media.widthPixels}×${media.heightPixels}`
  const what =
    media.kind === 'video'
      ? `${Math.round(media.durationSeconds ?? 0)} s  ${codecNames[media.videoCodec ?? ''] ?? media.videoCodec}`
      : (media.format ?? '').toUpperCase()
  const verdict = problems.length === 0 ? 'fits x' : problems.map(({ message }) => message).join(' ')
  printer.line(`  ✓ ${fileName.padEnd(12)} ${size}  ${what.padEnd(14)}  ${verdict}`)
  return asset.id
}

/** Creates the post and shows what the API says of it until it has ended. */
async function publishSample(
  options: QuickstartOptions,
  account: string,
  sample: SamplePost,
  isNew: boolean,
): Promise<boolean> {
  const { api, emulatorUrl, monotonic, printer, wait } = options
  if (sample.fault && isNew) await loseNextAnswer(emulatorUrl)
  const begunAt = monotonic()
  const post = await api.post<CreatedPost>('/v1/posts', { to: [account], key: sample.key, ...sample.content })
  const [created] = post.publications
  if (!created) throw new Error(`The post ${sample.key} has no publication.`)
  const head = `  ${sample.label.padEnd(14)} x   `
  if (!isNew && created.state === 'published') {
    printer.done(`${head}published already`.padEnd(86) + (created.url ?? ''))
    return true
  }
  const trail = createTrail()
  for (;;) {
    const publication = await api.get<ShownPublication>(`/v1/publications/${created.id}`)
    trail.add(publication)
    const seconds = ((monotonic() - begunAt) / 1000).toFixed(1)
    const line = `${head}${trail}`.padEnd(78)
    if (ENDED.includes(publication.state)) {
      const where = sample.fault ? 'one post is live, not two' : (publication.url ?? '')
      const end = publication.state === 'published' ? where : (publication.reason?.message ?? publication.state)
      printer.done(`${line} ${seconds.padStart(5)} s   ${end}`)
      return publication.state === 'published' && (!sample.fault || (await countLive(emulatorUrl, sample)) === 1)
    }
    if (monotonic() - begunAt > GIVE_UP_MS) {
      printer.done(`${line} not finished after ${seconds} s: ${publication.hold?.message ?? publication.state}`)
      return false
    }
    printer.live(`${line} ${seconds.padStart(5)} s`)
    await wait(POLL_MS)
  }
}

/** The emulator publishes the next post and then drops the connection before it answers. */
async function loseNextAnswer(emulatorUrl: string): Promise<void> {
  const rule = { match: { method: 'POST', path: '/2/tweets' }, times: 1, fault: { kind: 'accept_then_reset' } }
  await fetch(`${emulatorUrl}/_emulator/faults`, {
    method: 'POST',
    body: JSON.stringify(rule),
    headers: { 'content-type': 'application/json' },
  })
}

async function countLive(emulatorUrl: string, sample: SamplePost): Promise<number> {
  const response = await fetch(`${emulatorUrl}/_emulator/posts`)
  const posts = (await response.json()) as readonly { readonly text: string; readonly removedAt: string | null }[]
  return posts.filter((post) => post.text === sample.content.text && post.removedAt === null).length
}
