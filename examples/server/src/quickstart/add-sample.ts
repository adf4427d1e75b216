import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { QuickstartOptions, SampleAccounts } from './run-quickstart.ts'

interface ShownAsset {
  readonly id: string
  readonly mediaInfo: ShownMedia
}

interface ShownMedia {
  readonly kind: string
  readonly format?: string
  readonly widthPixels?: number
  readonly heightPixels?: number
  readonly durationSeconds?: number
  readonly videoCodec?: string
}

const codecNames: Readonly<Record<string, string>> = { h264: 'H.264', hevc: 'HEVC', vp9: 'VP9', av1: 'AV1' }

/** Uploads a file of the repository, shows what it is and whether the platforms take it, and answers its id. */
export async function addSample(
  { api, printer }: QuickstartOptions,
  accounts: SampleAccounts,
  { fileName, type }: { readonly fileName: string; readonly type: string },
): Promise<string> {
  const bytes = await readFile(fileURLToPath(new URL(`../../samples/${fileName}`, import.meta.url)))
  const asset = await api.upload<ShownAsset>(
    `/v1/creators/ada/assets?fileName=${fileName}`,
    new Uint8Array(bytes),
    type,
  )
  const { problems } = await api.post<{ readonly problems: readonly { readonly message: string }[] }>(
    '/v1/posts/check',
    {
      to: Object.values(accounts),
      assets: [asset.id],
    },
  )
  const verdict =
    problems.length === 0
      ? `fits ${Object.keys(accounts).join(', ')}`
      : problems.map(({ message }) => message).join(' ')
  const { widthPixels, heightPixels } = asset.mediaInfo
  const size = `${widthPixels}×${heightPixels}`
  printer.line(`  ✓ ${fileName.padEnd(12)} ${size.padEnd(10)} ${describe(asset.mediaInfo).padEnd(14)}  ${verdict}`)
  return asset.id
}

function describe({ kind, format, durationSeconds, videoCodec = '' }: ShownMedia): string {
  if (kind !== 'video') return (format ?? kind).toUpperCase()
  return `${Math.round(durationSeconds ?? 0)} s  ${codecNames[videoCodec] ?? videoCodec}`
}
