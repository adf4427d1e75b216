import { type CallContext, type PartAsset, type PartRequest, PlatformError } from '@ofm-social/core'
import type { InstagramAdapterConfig } from './options.ts'

/** Whether Instagram fetches one of the files; videos may be sent instead. */
export function fetchesAssets({ assets }: PartRequest, { videoUpload }: InstagramAdapterConfig): boolean {
  return assets.some(({ mediaInfo }) => videoUpload === 'url' || mediaInfo.kind !== 'video')
}

/**
 * A URL from which Instagram can fetch the file while it processes it.
 *
 * @throws {PlatformError} `misconfigured` when the host offers none, or one that Instagram cannot use.
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing
 */
export async function toMediaUrl(
  asset: PartAsset,
  { mediaUrlForMs, toUrl }: InstagramAdapterConfig,
  context: CallContext,
): Promise<string> {
  const url = await context.publicUrl(asset, { forMs: mediaUrlForMs })
  // An emulator on this machine fetches from this machine.
  const isLocal = toUrl('graph.instagram.com').startsWith('http:') || toUrl('graph.facebook.com').startsWith('http:')
  const problem = findUrlProblem(url, { from: isLocal ? 'this_machine' : 'internet' })
  if (problem === undefined) return url
  throw new PlatformError({
    code: 'misconfigured',
    message: `Instagram fetches files itself, and the public URL of asset ${asset.id} ${problem}.`,
  })
}

/** Never repeats the URL: a signed one is a secret while it lives. */
function findUrlProblem(url: string, { from }: { readonly from: 'this_machine' | 'internet' }): string | undefined {
  if (!URL.canParse(url)) return 'is no URL'
  if (/[^\u0021-\u007e]/.test(url)) return 'has characters beyond US-ASCII; percent-encode them'
  if (from === 'this_machine') return undefined
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:') return 'is not https'
  if (isPrivateHost(hostname)) return 'leads to a private address, which Instagram cannot reach'
  return undefined
}

function isPrivateHost(hostname: string): boolean {
  const isName = hostname === 'localhost' || /\.(?:localhost|local|internal|lan)$/.test(hostname)
  const isV4 = /^(?:127|10|0|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(hostname)
  return isName || isV4 || /^\[(?:::1|f[cd]|fe80)/i.test(hostname)
}
