import type { LedgerHost } from './ledger-host.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const randomLength = 16

/** Makes ids in the order of time: a prefix, ten characters of milliseconds, sixteen of chance. */
export function createIds({ now, random }: LedgerHost, prefix: string): () => string {
  const pool = new Uint8Array(randomLength * 256)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      random(pool)
      used = 0
    }
    let text = ''
    for (let time = now(), position = 0; position < 10; position += 1) {
      text = alphabet.charAt(time % 32) + text
      time = Math.floor(time / 32)
    }
    for (const end = used + randomLength; used < end; used += 1) text += alphabet.charAt((pool[used] ?? 0) % 32)
    return `${prefix}_${text}`
  }
}
