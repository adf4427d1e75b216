import type { PartAsset, PartRequest, PlatformAdapter } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'

/** One line of the table. */
interface Capability {
  readonly name: string
  /** What stands in the cell of a platform. */
  read(adapter: PlatformAdapter): string
}

const square = { widthPixels: 1080, heightPixels: 1080 }
const image = sampleAsset('jpeg', { mediaInfo: square })
const video = sampleAsset('mp4', { mediaInfo: square })
const formats = {
  JPEG: image,
  PNG: sampleAsset('png', { mediaInfo: square }),
  WebP: sampleAsset('jpeg', { mediaInfo: { ...square, type: 'image/webp', format: 'webp' } }),
  GIF: sampleAsset('gif'),
  MP4: video,
  MOV: sampleAsset('mp4', { mediaInfo: { ...square, type: 'video/quicktime', container: 'mov' } }),
}
const imageFormats = ['JPEG', 'PNG', 'WebP', 'GIF'] as const
const videoFormats = ['MP4', 'MOV'] as const
const filesMax = 20

/** A table in Markdown of what each platform can do: by the members that an adapter has, and by asking `checkPart`. */
export function describeCapabilities(adapters: readonly PlatformAdapter[]): string {
  const rows = [
    ['', ...adapters.map(toTitle)],
    ['---', ...adapters.map(() => '---')],
    ...capabilities.map(({ name, read }) => [name, ...adapters.map(read)]),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function toTitle({ displayName, platform }: PlatformAdapter): string {
  return `${displayName} (\`${platform}\`)`
}

const capabilities: readonly Capability[] = [
  { name: 'text alone', read: (adapter) => yes(takes(adapter, { text: 'Hello' })) },
  { name: 'text, characters', read: ({ limits }) => limits.textLengthMax.toLocaleString('en') },
  { name: 'images', read: (adapter) => listFormats(adapter, imageFormats) },
  { name: 'videos', read: (adapter) => listFormats(adapter, videoFormats) },
  { name: 'files in one post', read: (adapter) => describeFiles(adapter) },
  { name: 'stories', read: (adapter) => yes(takes(adapter, { assets: [image], settings: { placement: 'story' } })) },
  { name: 'threads', read: (adapter) => yes(takes(adapter, { kind: 'thread', index: 1, text: 'And then' })) },
  {
    name: 'a comment below the post',
    read: (adapter) => yes(takes(adapter, { kind: 'comment', index: 1, text: 'Hi' })),
  },
  {
    name: 'posts rated `adult`',
    read: (adapter) => (takes(adapter, { text: 'Hi', assets: [image], rating: 'adult' }) ? 'taken' : 'refused'),
  },
  { name: 'files come to it', read: describeWay },
  { name: 'login, renewed by itself', read: ({ oauth }) => (oauth ? yes(oauth.refresh) : 'no login') },
  { name: 'one login, several accounts to choose from', read: ({ listAccounts }) => yes(listAccounts) },
  { name: 'disconnecting takes the permission back', read: ({ oauth }) => yes(oauth?.revoke) },
  { name: 'a lost answer is looked for', read: ({ findPublished }) => yes(findPublished) },
  { name: 'removing a post', read: ({ remove }) => yes(remove) },
  { name: 'counters of posts', read: ({ readMetrics }) => yes(readMetrics) },
  { name: 'counters of accounts', read: ({ readAccountMetrics }) => yes(readAccountMetrics) },
  { name: 'webhooks', read: ({ parseWebhook }) => yes(parseWebhook) },
  { name: 'publishing costs money', read: ({ meters }) => yes(meters) },
]

function yes(capability: unknown): string {
  return capability ? 'yes' : '–'
}

/** Whether the platform would take such a part, for an account that nothing special is known about. */
function takes(adapter: PlatformAdapter, part: Partial<PartRequest>): boolean {
  const full: PartRequest = {
    ...{ kind: 'post', index: 0, text: '', assets: [], settings: {}, rating: 'general' },
    ...part,
  }
  return hasSettings(adapter, full.settings) && adapter.checkPart(full, undefined).length === 0
}

function hasSettings({ settings }: PlatformAdapter, given: unknown): boolean {
  if (!settings) return true
  const result = settings['~standard'].validate(given)
  if (result instanceof Promise) throw new TypeError('Settings of a platform are validated at once.')
  return result.issues === undefined
}

function takesFiles(adapter: PlatformAdapter, assets: readonly PartAsset[]): boolean {
  return takes(adapter, { assets })
}

function listFormats(adapter: PlatformAdapter, names: readonly (keyof typeof formats)[]): string {
  return names.filter((name) => takesFiles(adapter, [formats[name]])).join(', ') || '–'
}

function describeFiles(adapter: PlatformAdapter): string {
  const counts = Array.from({ length: filesMax }, (_, index) => index + 1)
  const countMax = (asset: PartAsset) =>
    counts.findLast((count) =>
      takesFiles(
        adapter,
        Array.from({ length: count }, () => asset),
      ),
    ) ?? 0
  const parts = [`${toCount(countMax(image), 'image')}`, toCount(countMax(video), 'video')]
  return parts.join(' or ') + (takesFiles(adapter, [image, video]) ? ', also mixed' : '')
}

function toCount(count: number, name: string): string {
  return count === 1 ? `1 ${name}` : `${count} ${name}s`
}

function describeWay(adapter: PlatformAdapter): string {
  const part: PartRequest = { kind: 'post', index: 0, text: '', assets: [video], settings: {}, rating: 'general' }
  return adapter.fetchesAssets?.(part) ? 'fetched from public URLs' : 'sent'
}
