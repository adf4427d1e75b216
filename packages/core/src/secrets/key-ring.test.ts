import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isSocialError } from '../social-error.ts'
import { createKeyRing } from './key-ring.ts'

const key = randomBytes(32)
const ref = { agencyId: 'agency', creatorId: 'creator', keyId: 'key' }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('secretKey', () => {
  test.each(['base64', 'base64url', 'hex'] as const)('may be 32 bytes in %s', (encoding) => {
    const ring = createKeyRing(`${key.toString(encoding)}\n`, randomBytes)
    expect(ring.activeId).toBe(createKeyRing(text(key), randomBytes).activeId)
  })

  test.each([undefined, ''])('that is missing (%j) says how to make one', (missing) => {
    expect(() => createKeyRing(missing, randomBytes)).toThrow(
      expect.objectContaining({
        code: 'secret_key_missing',
        message: expect.stringMatching(/node -p "crypto.randomBytes\(32\).*OFM_KEY/),
      }),
    )
  })

  test.each([
    ['31 bytes', text(randomBytes(31))],
    ['33 bytes', text(randomBytes(33))],
    ['16 bytes in hex', randomBytes(16).toString('hex')],
    ['a pass phrase', 'correct horse battery staple'],
    ['only zeros', text(new Uint8Array(32))],
    ['only zeros in hex', '0'.repeat(64)],
  ])('is refused when it is %s, without being shown', (_what, bad) => {
    const error = catchError(() => createKeyRing(bad, randomBytes))
    expect(error).toMatchObject({ code: 'invalid_input', problems: [{ path: 'secretKey' }] })
    expect(String(error)).not.toContain(bad)
  })

  test('as a ring names every bad key and a missing active one at once', () => {
    const error = catchError(() => createKeyRing({ active: 'k3', keys: { k1: 'x', k2: '0'.repeat(64) } }, randomBytes))
    expect(error).toMatchObject({
      problems: [
        { path: 'secretKey/keys/k1', code: 'invalid_key' },
        { path: 'secretKey/keys/k2', code: 'weak_key' },
        { path: 'secretKey/active', code: 'not_allowed' },
      ],
    })
  })
})

describe('a key ring', () => {
  const old = createKeyRing(text(key), randomBytes)
  const dataKey = randomBytes(32)
  const wrapped = old.wrap(dataKey, ref)

  test('unwraps what it wrapped, for the same data key of the same creator only', () => {
    expect(old.unwrap(wrapped, { ...ref, wrappedBy: old.activeId })).toEqual(dataKey)
    for (const other of [{ agencyId: 'x' }, { creatorId: 'x' }, { keyId: 'x' }]) {
      expect(() => old.unwrap(wrapped, { ...ref, ...other, wrappedBy: old.activeId })).toThrow(
        expect.objectContaining({ code: 'secret_unreadable' }),
      )
    }
  })

  test('still reads under an old key that got a name, and wraps with the new one', () => {
    const ring = createKeyRing({ active: 'new', keys: { new: text(randomBytes(32)), old: text(key) } }, randomBytes)
    expect(ring.activeId).not.toBe(old.activeId)
    expect(ring.unwrap(wrapped, { ...ref, wrappedBy: old.activeId })).toEqual(dataKey)
  })

  test('names the key that is missing and what to do', () => {
    const ring = createKeyRing(text(randomBytes(32)), randomBytes)
    expect(() => ring.unwrap(wrapped, { ...ref, wrappedBy: old.activeId })).toThrow(
      expect.objectContaining({ code: 'secret_unreadable', message: expect.stringContaining(old.activeId) }),
    )
  })
})

function catchError(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    if (isSocialError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
