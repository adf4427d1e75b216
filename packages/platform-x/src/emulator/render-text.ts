import { findUrls, weighText } from './counting.ts'
import { mintShortLink } from './ids.ts'
import type { XEntities, XState } from './state.ts'

type Entity = Readonly<Record<string, unknown>>

export interface RenderedText {
  readonly rendered: string
  readonly preview: string | null
  readonly entities: XEntities
}

interface Rendering {
  readonly text: string
  readonly mediaKeys: readonly string[]
  /** Of the post itself: media links lead there. */
  readonly postUrl: string
  readonly users: XState['users']
  /** What `start` and `end` of entities count: unverified on X. */
  readonly offsets: 'code_points' | 'utf16'
  random(length: number): Uint8Array
}

const previewWeight = 280

/** The text as X answers it: URLs shortened, one more link for the media, `& < >` escaped; entities are of that text. */
export function renderText({ text, mediaKeys, postUrl, users, offsets, random }: Rendering): RenderedText {
  const urls: Entity[] = []
  let rendered = ''
  const addLink = (members: Entity) => {
    const url = mintShortLink(random(10))
    const start = countUnits(rendered, offsets)
    urls.push({ start, end: start + url.length, url, ...members })
    rendered += url
  }
  let from = 0
  const normalised = text.normalize('NFC')
  for (const { url, start, end } of findUrls(normalised)) {
    rendered += escapeText(normalised.slice(from, start))
    const expanded = /^https?:/i.test(url) ? url : `http://${url}`
    addLink({ expanded_url: expanded, display_url: url.replace(/^https?:\/\/(www\.)?/i, '') })
    from = end
  }
  rendered += escapeText(normalised.slice(from))
  if (mediaKeys.length > 0) {
    if (rendered !== '') rendered += ' '
    const members = { expanded_url: `${postUrl}/photo/1`, display_url: `pic.x.com/${postUrl.slice(-10)}` }
    const [first, ...others] = mediaKeys
    addLink({ ...members, media_key: first })
    const link = urls.at(-1)
    for (const key of others) urls.push({ ...link, media_key: key })
  }
  return {
    rendered,
    preview: cut(text, rendered),
    entities: { ...findEntities(rendered, users, offsets), ...ifAny('urls', urls) },
  }
}

/** More than one `$TICKER` is refused on self-serve plans. */
export function findCashtags(text: string): readonly string[] {
  return [...text.matchAll(cashtagPattern)].map(([, tag = '']) => tag)
}

/** User names behind an `@`. */
export function findMentions(text: string): readonly string[] {
  return [...text.matchAll(mentionPattern)].map(([, name = '']) => name.toLowerCase())
}

const cashtagPattern = /(?<=^|\s)\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?=$|\s|\p{P})/gu
const mentionPattern = /(?<![\w@])@([A-Za-z0-9_]{1,15})(?!\w)/g
const hashtagPattern = /(?<![\p{L}\p{N}_&/])#([\p{L}\p{M}\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_]*)/gu

function findEntities(rendered: string, users: XState['users'], offsets: Rendering['offsets']): XEntities {
  const toSpan = (index: number, found: string) => {
    const start = countUnits(rendered.slice(0, index), offsets)
    return { start, end: start + countUnits(found, offsets) }
  }
  const listTags = (pattern: RegExp) =>
    [...rendered.matchAll(pattern)].map(({ 0: whole, 1: tag, index }) => ({ ...toSpan(index, whole), tag }))
  const mentions = [...rendered.matchAll(mentionPattern)].flatMap(({ 0: whole, 1: name, index }) => {
    const user = users.find(({ username }) => username.toLowerCase() === name?.toLowerCase())
    return user ? [{ ...toSpan(index, whole), username: user.username, id: user.id }] : []
  })
  return {
    ...ifAny('mentions', mentions),
    ...ifAny('hashtags', listTags(hashtagPattern)),
    ...ifAny('cashtags', listTags(cashtagPattern)),
  }
}

function ifAny(name: keyof XEntities, entities: readonly Entity[]): XEntities {
  return entities.length > 0 ? { [name]: entities } : {}
}

/** Long posts read as their first 280 or so; the whole stands in the note. */
function cut(text: string, rendered: string): string | null {
  if (weighText(text) <= previewWeight) return null
  return `${[...rendered].slice(0, previewWeight - 4).join('')}…`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function countUnits(text: string, unit: Rendering['offsets']): number {
  return unit === 'code_points' ? [...text].length : text.length
}
