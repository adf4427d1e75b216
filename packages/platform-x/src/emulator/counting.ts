import { domainToASCII } from 'node:url'
import { topLevelDomains } from './top-level-domains.ts'

/** A URL in a text; `start` and `end` are UTF-16 offsets. */
export interface FoundUrl {
  readonly url: string
  readonly start: number
  readonly end: number
}

const weightOf = { default: 200, light: 100, url: 2300 }
const lightRanges = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const
const urlLengthMax = 4096
const shortSlugLengthMax = 40

const urlPattern =
  /(?<![A-Za-z0-9@＠$#＃])(https?:\/\/)?((?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63})(?![\p{L}\p{N}_@-])(:\d+)?(\/[^\s<>"'{}|\\^`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*)?(\?[^\s<>"'{}|\\^`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*)?/giu

const pictograph = '\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?'
const emojiPattern = new RegExp(
  `\\p{RGI_Emoji}|[0-9#*]\\uFE0F?\\u20E3|${pictograph}(?:\\u200D${pictograph})*|\\p{Regional_Indicator}{2}`,
  'gv',
)

/**
 * Weighs a text as X does: https://docs.x.com/fundamentals/counting-characters, configuration v3. A URL weighs 23, an emoji 2, a light code point
 * 1, any other 2.
 */
export function weighText(text: string): number {
  const normalised = text.normalize('NFC')
  let weight = 0
  let from = 0
  for (const { start, end } of findUrls(normalised)) {
    weight += weighWords(normalised.slice(from, start)) + weightOf.url
    from = end
  }
  return Math.floor((weight + weighWords(normalised.slice(from))) / 100)
}

/** True for characters that X takes in no text. */
export function hasForbiddenCharacter(text: string): boolean {
  return /[\uFFFE\uFEFF\uFFFF]/.test(text)
}

/** Finds URLs with and without protocol whose top-level domain is known. */
export function findUrls(text: string): readonly FoundUrl[] {
  const found: FoundUrl[] = []
  for (const match of text.matchAll(urlPattern)) {
    const url = toUrl(match, text[match.index - 1] ?? '')
    if (url) found.push({ url, start: match.index, end: match.index + url.length })
  }
  return found
}

function toUrl([, protocol = '', host = '', port = '', path = '', query = '']: RegExpMatchArray, before: string) {
  if (protocol === '' && (/[-_./]/.test(before) || !/^[\w.-]*$/.test(host))) return undefined
  const labels = host.split('.')
  while (labels.length > 1 && !topLevelDomains.has(labels.at(-1)?.toLowerCase() ?? '')) labels.pop()
  if (labels.length < 2 || labels.some((label) => domainToASCII(label).length > 63)) return undefined
  const known = labels.join('.')
  const whole = known.length < host.length ? protocol + known : trimEnd(protocol + known + port + path + query)
  if (whole.length > urlLengthMax) return undefined
  const isShort = known.toLowerCase() === 't.co' && path.length > 1
  return isShort && path.length - 1 > shortSlugLengthMax ? undefined : whole
}

/** Punctuation at the end belongs to the sentence; a bracket does when it was opened outside. */
function trimEnd(url: string): string {
  let end = url
  for (;;) {
    const last = end.at(-1) ?? ''
    const isOutside = last === ')' && count(end, ')') > count(end, '(')
    if (!isOutside && !/[.,:;!?*~'\]…。、]/.test(last)) return end
    end = end.slice(0, -1)
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}

function weighWords(text: string): number {
  let weight = 0
  const rest = text.replace(emojiPattern, () => {
    weight += weightOf.default
    return ''
  })
  for (const character of rest) {
    const point = character.codePointAt(0) ?? 0
    weight += lightRanges.some(([from, to]) => point >= from && point <= to) ? weightOf.light : weightOf.default
  }
  return weight
}
