import type { InstagramSettings } from './switches.ts'

/** What came from an address, or the subcode of why nothing did. */
export type FetchedMedia =
  | { readonly status: 'fetched'; readonly bytes: Uint8Array }
  | { readonly status: 'failed'; readonly subcode: 2207003 | 2207052 }
  | { readonly status: 'too_large' }

/** Its exact name is not documented; sites know it by this part. */
const userAgent = 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'

/** Fetches media as the platform does: without cookies, with a crawler's name. Plain HTTP and loopback are allowed here. */
export async function fetchMedia(
  url: string,
  sizeBytesMax: number,
  settings: InstagramSettings,
): Promise<FetchedMedia> {
  const failed = { status: 'failed', subcode: 2207052 } as const
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return failed
  const signal = AbortSignal.timeout(settings.fetchTimeoutMs)
  const redirect = settings.redirects === 'followed' ? 'follow' : 'manual'
  try {
    if (settings.robots === 'strict' && !(await isAllowed(new URL(url), signal))) return failed
    const response = await fetch(url, { headers: { 'user-agent': userAgent }, redirect, signal })
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel()
      return failed
    }
    return await readUpTo(response.body, sizeBytesMax)
  } catch {
    return signal.aborted ? { status: 'failed', subcode: 2207003 } : failed
  }
}

async function readUpTo(body: ReadableStream<Uint8Array>, sizeBytesMax: number): Promise<FetchedMedia> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body) {
    sizeBytes += chunk.length
    if (sizeBytes > sizeBytesMax) return { status: 'too_large' }
    chunks.push(chunk)
  }
  return { status: 'fetched', bytes: Buffer.concat(chunks) }
}

/** Rules for everybody and for this crawler, by the beginning of the path. */
async function isAllowed(url: URL, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(new URL('/robots.txt', url), { headers: { 'user-agent': userAgent }, signal })
  const text = await response.text()
  if (response.status !== 200) return true
  let applies = false
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? []
    if (/^user-agent$/i.test(name)) applies = value === '*' || /facebookexternalhit/i.test(value)
    if (applies && /^disallow$/i.test(name) && value !== '' && url.pathname.startsWith(value)) return false
  }
  return true
}
