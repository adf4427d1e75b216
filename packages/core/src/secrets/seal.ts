import { createCipheriv, createDecipheriv } from 'node:crypto'
import { SocialError } from '../social-error.ts'

/** Fills new bytes with randomness; `randomBytes` of `node:crypto`. */
export type RandomBytes = (size: number) => Uint8Array

/** Bytes of a key for AES-256. */
export const keyBytes = 32

const version = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes + tagBytes
const algorithm = 'aes-256-gcm'

/** Joins what a box is bound to. Each part is preceded by its length: `('ab', 'c')` and `('a', 'bc')` differ. */
export function toAad(...parts: readonly string[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** Seals bytes: version 1, nonce of 12 bytes, tag of 16 bytes, AES-256-GCM. Opens only with the same key and the same `aad`. */
export function seal(
  key: Uint8Array,
  plain: Uint8Array,
  { aad, randomBytes }: { readonly aad: Uint8Array; readonly randomBytes: RandomBytes },
): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(aad)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body])
}

/**
 * Opens a box.
 *
 * @throws {SocialError} `secret_unreadable` when it was changed, cut, made by a later version, or belongs to another key or place.
 */
export function openBox(key: Uint8Array, box: Uint8Array, aad: Uint8Array): Uint8Array {
  if (box[0] !== version)
    throw new SocialError('secret_unreadable', 'A sealed value has a version that is not known here.')
  if (box.length < headBytes) throw new SocialError('secret_unreadable', 'A sealed value is cut off.')
  // Without an explicit length Node accepts tags that were cut to four bytes.
  const decipher = createDecipheriv(algorithm, key, box.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
    .setAAD(aad)
    .setAuthTag(box.subarray(1 + nonceBytes, headBytes))
  try {
    return Buffer.concat([decipher.update(box.subarray(headBytes)), decipher.final()])
  } catch (cause) {
    throw new SocialError('secret_unreadable', 'A sealed value was changed, or belongs to another key or row.', {
      cause,
    })
  }
}
