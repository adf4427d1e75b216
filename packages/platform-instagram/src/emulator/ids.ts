import type { InstagramState } from './state.ts'

const firstDigits = { container: '1799', media: '1790', comment: '1787' } as const

/** The next id of its kind: 17 digits, more than a JavaScript number holds exactly. */
export function mintId(state: InstagramState, kind: keyof typeof firstDigits): string {
  state.lastSerial += 1
  return `${firstDigits[kind]}${String(state.lastSerial).padStart(13, '0')}`
}

/** Eleven characters, as in the address of a post. */
export function mintShortcode(random: (length: number) => Uint8Array): string {
  return `C${Buffer.from(random(9)).toString('base64url').slice(0, 10)}`
}

/** A token that begins as those of its login do. */
export function mintToken(kind: 'IGAA' | 'EAA', random: (length: number) => Uint8Array): string {
  return `${kind}${Buffer.from(random(48)).toString('base64url').replace(/[-_]/g, 'Z')}`
}
