import { createHash } from 'node:crypto'
import type { KeyRingInput } from '../social.ts'
import { type InputProblem, SocialError } from '../social-error.ts'
import { keyBytes, openBox, type RandomBytes, seal, toAad } from './seal.ts'

/** Which data key a wrapping belongs to. */
export interface DataKeyRef {
  readonly agencyId: string
  readonly creatorId: string
  readonly keyId: string
}

/** The host's keys, which wrap the data keys of creators. The active one wraps; all unwrap. */
export interface KeyRing {
  /** Id of the active key: made from the key itself, so that renaming keys in the configuration loses nothing. */
  readonly activeId: string
  wrap(dataKey: Uint8Array, ref: DataKeyRef): Uint8Array
  /** @throws {SocialError} `secret_unreadable` when the key that wrapped it is not in the ring. */
  unwrap(wrapped: Uint8Array, ref: DataKeyRef & { readonly wrappedBy: string }): Uint8Array
}

const howToMakeOne = `Make one with: node -p "crypto.randomBytes(32).toString('base64')"`

/**
 * Reads `secretKey`: one key of 32 bytes in base64, base64url or hex, or several with the name of the active one. There is no way to run without.
 *
 * @throws {SocialError} `secret_key_missing`, or `invalid_input` for keys that are none.
 */
export function createKeyRing(secretKey: string | KeyRingInput | undefined, randomBytes: RandomBytes): KeyRing {
  if (!secretKey) {
    throw new SocialError(
      'secret_key_missing',
      `secretKey is missing; tokens are never stored without it. ${howToMakeOne}, keep it, and hand it in, for example from an environment variable OFM_KEY.`,
    )
  }
  const input = typeof secretKey === 'string' ? { active: '', keys: { '': secretKey } } : secretKey
  const { active, keys } = parseKeys(input)
  const byId = new Map(keys.map((key) => [toKeyId(key), key]))
  const activeId = toKeyId(active)
  return {
    activeId,
    wrap: (dataKey, ref) => seal(active, dataKey, { aad: toWrapAad(ref, activeId), randomBytes }),
    unwrap(wrapped, { wrappedBy, ...ref }) {
      const key = byId.get(wrappedBy)
      if (key) return openBox(key, wrapped, toWrapAad(ref, wrappedBy))
      throw new SocialError(
        'secret_unreadable',
        `Tokens are sealed under the secret key ${wrappedBy}, which was not given; given: ${[...byId.keys()].join(', ')}. Hand in the old key beside the new one: secretKey: { active: 'new', keys: { new, old } }.`,
      )
    },
  }
}

function parseKeys({ active, keys }: KeyRingInput): { readonly active: Uint8Array; readonly keys: Uint8Array[] } {
  const problems: InputProblem[] = []
  const parsed = new Map<string, Uint8Array>()
  for (const [name, text] of Object.entries(keys)) {
    const path = name === '' ? 'secretKey' : `secretKey/keys/${name}`
    const key = decodeKey(text)
    if (!key) {
      const message = `${path} is no key: 32 bytes in base64, base64url or hex are needed. ${howToMakeOne}`
      problems.push({ path, code: 'invalid_key', message })
    } else if (key.every((byte) => byte === key[0])) {
      problems.push({ path, code: 'weak_key', message: `${path} is 32 times the same byte. ${howToMakeOne}` })
    } else parsed.set(name, key)
  }
  const activeKey = parsed.get(active)
  if (!Object.hasOwn(keys, active)) {
    const message = `secretKey/active must be the name of one of the keys: ${Object.keys(keys).join(', ') || 'there are none'}.`
    problems.push({ path: 'secretKey/active', code: 'not_allowed', message })
  }
  if (activeKey && problems.length === 0) return { active: activeKey, keys: [...parsed.values()] }
  throw new SocialError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
}

function decodeKey(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
  if (!/^[\w+/-]{43}=?$/.test(trimmed)) return undefined
  const bytes = Buffer.from(trimmed, 'base64')
  return bytes.length === keyBytes ? bytes : undefined
}

function toKeyId(key: Uint8Array): string {
  return createHash('sha256').update('ofm.key-id.v1').update(key).digest('hex').slice(0, 16)
}

function toWrapAad({ agencyId, creatorId, keyId }: DataKeyRef, wrappedBy: string): Uint8Array {
  return toAad('ofm.data-key.v1', agencyId, creatorId, keyId, wrappedBy)
}
