import type { XListedPost } from './api.ts'
import { extractUrls } from './extract-urls.ts'

/** What kind of post a text belongs to. X puts mentions before the text of replies. */
export interface ComparableContext {
  readonly place: 'post' | 'reply'
}

/** A text as it was sent, in the form in which it can be compared with what a listing shows. */
export function toComparableText(text: string, { place }: ComparableContext): string {
  const withUrls = replaceUrls(text.normalize('NFC'))
  const body = place === 'reply' ? withUrls.replace(/^\s*(?:@\w+\s+)+/, '') : withUrls
  return body.replace(/\s+/g, ' ').trim()
}

/**
 * The same for a post of a listing, where links and media are short links and three characters are escaped.
 *
 * @see https://docs.x.com/x-api/fundamentals/data-dictionary
 */
export function toComparableListedText(post: XListedPost, context: ComparableContext): string {
  const long = post.note_tweet ?? post.note_post
  const urls = [...(long?.entities?.urls ?? []), ...(post.entities?.urls ?? [])]
  const hasMedia = (post.attachments?.media_keys?.length ?? 0) > 0
  const text = unescapeHtml(long?.text ?? post.text)
  const expanded = text.replace(/https?:\/\/t\.co\/\w+/g, (short, offset: number) => {
    const entity = urls.find(({ url }) => url === short)
    if (entity?.media_key != null) return ''
    if (entity !== undefined) return entity.expanded_url ?? short
    return hasMedia && offset + short.length === text.trimEnd().length ? '' : short
  })
  return toComparableText(expanded, context)
}

/** The ampersand last, so that an escaped escape comes out as it was written. */
function unescapeHtml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** X writes `example.com` back as `http://example.com`: links are compared without protocol, and encoded alike. */
function replaceUrls(text: string): string {
  let result = ''
  let done = 0
  for (const { url, start, end } of extractUrls(text)) {
    result += text.slice(done, start) + toComparableUrl(url)
    done = end
  }
  return result + text.slice(done)
}

function toComparableUrl(url: string): string {
  const bare = url.replace(/^https?:\/\//i, '')
  const parsed = URL.parse(`https://${bare}`)
  return (parsed === null ? bare : `${parsed.host}${parsed.pathname}${parsed.search}${parsed.hash}`).replace(/\/$/, '')
}
