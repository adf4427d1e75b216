import { extractUrls } from './extract-urls.ts'

/** What X counts of a text. */
export interface TextCount {
  /** In X's weighted characters; a link counts 23, an emoji 2, a Chinese, Japanese or Korean character 2. */
  readonly weightedLength: number
  /** Code points that X refuses anywhere in a text: U+FFFE, U+FEFF, U+FFFF. */
  readonly invalidCharacters: readonly string[]
}

/** Configuration 3. https://github.com/twitter/twitter-text/blob/master/config/v3.json */
const scale = 100
const defaultWeight = 200
const urlWeight = 23 * scale
const lightRanges = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const

/** Flags, keycaps, tag sequences (Scotland), and pictographs with skin tones joined by U+200D, whether or not the sequence exists. */
const emojiCandidate =
  /\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\u{1F3F4}[\u{E0061}-\u{E007A}]+\u{E007F}|\p{Emoji}(?:\p{EMod}|\uFE0F)?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*(?!\uFE0E)/uy
/** Not a literal: there this flag needs a newer compile target than the packages have. */
const oneEmoji = '^\\p{RGI_Emoji}$'
const existingEmoji = new RegExp(oneEmoji, 'v')

/** Counts as X does. https://docs.x.com/fundamentals/counting-characters */
export function countText(text: string): TextCount {
  const normalized = text.normalize('NFC')
  const urlEnds = new Map(extractUrls(normalized).map((url) => [url.start, url.end]))
  const invalidCharacters: string[] = []
  let weight = 0
  let index = 0
  while (index < normalized.length) {
    const urlEnd = urlEnds.get(index)
    const emojiLength = urlEnd === undefined ? measureEmoji(normalized, index) : 0
    const codePoint = normalized.codePointAt(index) ?? 0
    if (codePoint === 0xfffe || codePoint === 0xfeff || codePoint === 0xffff) {
      invalidCharacters.push(`U+${codePoint.toString(16).toUpperCase()}`)
    }
    weight += urlEnd !== undefined ? urlWeight : emojiLength > 0 ? defaultWeight : weighCodePoint(codePoint)
    index = urlEnd ?? index + (emojiLength || (codePoint > 0xffff ? 2 : 1))
  }
  return { weightedLength: Math.floor(weight / scale), invalidCharacters }
}

function weighCodePoint(codePoint: number): number {
  return lightRanges.some(([first, last]) => codePoint >= first && codePoint <= last) ? scale : defaultWeight
}

/** The length in UTF-16 units of the emoji that starts here; 0 when none does. */
function measureEmoji(text: string, start: number): number {
  emojiCandidate.lastIndex = start
  let candidate = emojiCandidate.exec(text)?.[0] ?? ''
  while (candidate.length > 0) {
    if (isEmoji(candidate)) return candidate.length
    const joiner = candidate.lastIndexOf('\u200D')
    candidate = joiner > 0 ? candidate.slice(0, joiner) : dropModifier(candidate)
  }
  return 0
}

/** Writers leave U+FE0F out inside sequences; the list has it wherever a character is text by default. */
function isEmoji(candidate: string): boolean {
  if (existingEmoji.test(candidate)) return true
  if (/^[0-9#*©®]$/u.test(candidate)) return false
  const qualified = candidate
    .replaceAll('\uFE0F', '')
    .replace(/\p{Emoji}(?!\p{EMod})/gu, (letter) =>
      /\p{Emoji_Presentation}/u.test(letter) ? letter : `${letter}\uFE0F`,
    )
  return existingEmoji.test(qualified)
}

function dropModifier(candidate: string): string {
  const bare = candidate.replace(/(?:\p{EMod}|\uFE0F)$/u, '')
  return bare === candidate ? '' : bare
}
