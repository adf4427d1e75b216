import type { XState } from './state.ts'

const epochMs = 1_288_834_974_657n

/** The next id: a snowflake of the moment, always higher than the one before. https://docs.x.com/fundamentals/x-ids */
export function mintId(state: XState, now: number): string {
  const ofMoment = (BigInt(Math.trunc(now)) - epochMs) << 22n
  const next = BigInt(state.lastId) + 1n
  state.lastId = String(ofMoment > next ? ofMoment : next)
  return state.lastId
}

/** Ten base62 characters behind `https://t.co/`. */
export function mintShortLink(bytes: Uint8Array): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return `https://t.co/${[...bytes.slice(0, 10)].map((byte) => alphabet[byte % 62]).join('')}`
}

/** A token in the shape that X's examples have: base64url of random text, milliseconds and kind (`at`, `rt`, `ac`). */
export function mintToken(kind: 'at' | 'rt' | 'ac', now: number, random: (length: number) => Uint8Array): string {
  const name = Buffer.from(random(24)).toString('base64url')
  return Buffer.from(`${name}:${Math.trunc(now)}:1:1:${kind}:1`).toString('base64url')
}
