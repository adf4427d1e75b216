import { domainToASCII } from 'node:url'
import { TOP_LEVEL_DOMAINS } from './top-level-domains.ts'

/** A link as X sees it in a text, with its place in UTF-16 units. */
export interface UrlInText {
  readonly url: string
  readonly start: number
  readonly end: number
}

/*
 * A port of twitter-text's extractUrlsWithIndices, with bounds on labels (63) and their number (127), so that its time grows with the length of the
 * text and not with the square of it.
 * https://github.com/twitter/twitter-text/blob/master/js/src/extractUrlsWithIndices.js
 */
const spaces = '\\t-\\r \\x85\\xA0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'
const noncharacters = '\\uFFFE\\uFEFF\\uFFFF'
const directional = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069'
const punctuation = "!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]^_{|}~$"
const latin =
  '\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\xFF\\u0100-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB' +
  '\\u0300-\\u036F\\u1E00-\\u1EFF'
const cyrillic = '\\u0400-\\u04FF'

const preceding = `(?:[^A-Za-z0-9@＠$#＃${noncharacters}]|[${directional}]|^)`
const domainCharacter = `[^${punctuation}${spaces}${noncharacters}${directional}]`
const subdomain = `(?:(?:${domainCharacter}(?:[_-]|${domainCharacter}){0,61})?${domainCharacter}\\.)`
const domainName = `(?:(?:${domainCharacter}(?:-|${domainCharacter}){0,61})?${domainCharacter}\\.)`
const topLevel = `(?:(?:${TOP_LEVEL_DOMAINS.join('|')})(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)`
const domain = `${subdomain}{0,126}${domainName}${topLevel}`

const pathCharacter = `[a-z${cyrillic}0-9!*';:=+,.$/%#\\[\\]\\-–_~@|&${latin}]`
const balanced = `\\((?:${pathCharacter}+|${pathCharacter}*\\(${pathCharacter}+\\)${pathCharacter}*)\\)`
const pathEnding = `(?:[+\\-a-z${cyrillic}0-9=_#/${latin}]|${balanced})`
const path = `(?:${pathCharacter}*(?:${balanced}${pathCharacter}*)*${pathEnding}|@${pathCharacter}+/)`
const query = "\\?[a-z0-9!?*'@();:&=+$/%#\\[\\]\\-_.,~|]*[a-z0-9\\-_&=#/]"

const urlPattern = new RegExp(
  `(?<before>${preceding})(?<url>(?<protocol>https?://)?(?<domain>${domain})(?::[0-9]+)?(?<path>/${path}*)?(?:${query})?)`,
  'gi',
)
const asciiDomainPattern = new RegExp(`(?:[-a-z0-9${latin}]+\\.)+${topLevel}`, 'gi')
const shortLinkPattern = new RegExp(`^https?://t\\.co/([a-z0-9]+)(?:${query})?`, 'i')
const urlLengthMax = 4096
const shortLinkSlugLengthMax = 40
const labelLengthMax = 63

/** Finds what X turns into links: each counts 23 however long it is. */
export function extractUrls(text: string): readonly UrlInText[] {
  const found: UrlInText[] = []
  // No link holds white space: word by word keeps the pattern from looking ahead through the whole text.
  for (const word of text.matchAll(new RegExp(`[^${spaces}]+`, 'g'))) {
    if (!word[0].includes('.')) continue
    const from = Math.max(0, word.index - 1)
    const scope = text.slice(from, word.index + word[0].length)
    for (const match of scope.matchAll(urlPattern)) found.push(...toUrls(match, from))
  }
  return found
}

function toUrls(match: RegExpMatchArray, offset: number): readonly UrlInText[] {
  const { before = '', url = '', protocol, domain: host = '', path: tail } = match.groups ?? {}
  const start = offset + (match.index ?? 0) + before.length
  const end = start + url.length
  if (!isValidHost(host) || (protocol ?? 'https://').length + url.length > urlLengthMax) return []
  if (protocol === undefined) {
    return /[-_./]$/.test(before) ? [] : toBareUrls({ url, host, start, hasPath: tail !== undefined })
  }
  const short = shortLinkPattern.exec(url)
  if (short === null) return [{ url, start, end }]
  if ((short[1]?.length ?? 0) > shortLinkSlugLengthMax) return []
  return [{ url: short[0], start, end: start + short[0].length }]
}

/** Without a protocol only the parts in Latin letters are links; what follows the host belongs to the last of them. */
function toBareUrls(link: { url: string; host: string; start: number; hasPath: boolean }): readonly UrlInText[] {
  const hosts = [...link.host.matchAll(asciiDomainPattern)]
  return hosts.map((match, index) => {
    const isLast = index === hosts.length - 1
    const to = isLast && link.hasPath ? link.url.length : match.index + match[0].length
    return { url: link.url.slice(match.index, to), start: link.start + match.index, end: link.start + to }
  })
}

function isValidHost(host: string): boolean {
  if (/^xn--/i.test(host) && !isAscii(host)) return false
  return host.split('.').every((label) => {
    const encodedLength = isAscii(label) ? label.length : measureEncodedLabel(label)
    return encodedLength > 0 && encodedLength <= labelLengthMax
  })
}

/** Length in Punycode. The pattern may cut an emoji in two, of which the second half begins the label. */
function measureEncodedLabel(label: string): number {
  const whole = label.replace(/\p{Surrogate}/gu, '')
  return domainToASCII(whole).length || whole.length
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text)
}
