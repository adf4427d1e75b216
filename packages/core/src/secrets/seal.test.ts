import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openBox, seal, toAad } from './seal.ts'

const key = randomBytes(32)
const aad = toAad('ofm.box.v1', 'agency', 'creator', 'row', 'access', 'key')
const plain = Buffer.from('CANARY-token')
const box = seal(key, plain, { aad, randomBytes })
const unreadable = expect.objectContaining({ code: 'secret_unreadable' })

describe('a sealed box', () => {
  test('opens with the same key at the same place', () => {
    expect(Buffer.from(openBox(key, box, aad)).toString()).toBe('CANARY-token')
  })

  test('is version 1, a nonce of 12 bytes, a tag of 16 bytes and the ciphertext', () => {
    const fixed = seal(key, plain, { aad, randomBytes: (size) => new Uint8Array(size).fill(7) })
    expect(fixed.length).toBe(1 + 12 + 16 + plain.length)
    expect([...fixed.subarray(0, 13)]).toEqual([1, ...new Array<number>(12).fill(7)])
    expect(Buffer.from(fixed).includes('CANARY')).toBe(false)
  })

  test('does not open when any single bit is flipped', () => {
    for (let offset = 0; offset < box.length; offset += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Uint8Array.from(box)
        flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit)
        expect(() => openBox(key, flipped, aad), `bit ${bit} of byte ${offset}`).toThrow(unreadable)
      }
    }
  })

  test('does not open when it is cut, also within the tag', () => {
    for (let length = 0; length < box.length; length += 1) {
      expect(() => openBox(key, box.subarray(0, length), aad), `${length} bytes`).toThrow(unreadable)
    }
    const shortTag = Buffer.concat([box.subarray(0, 17), box.subarray(29)])
    expect(() => openBox(key, shortTag, aad)).toThrow(unreadable)
  })

  test('does not open with another key, and says no secret', () => {
    expect(() => openBox(randomBytes(32), box, aad)).toThrow(unreadable)
    expect(() => openBox(randomBytes(32), box, aad)).not.toThrow(/CANARY/)
  })

  test('says when its version is unknown', () => {
    expect(() => openBox(key, Uint8Array.from([2, ...box.subarray(1)]), aad)).toThrow(/version/)
  })
})

describe('what a box is bound to', () => {
  test('keeps parts apart that joined texts would confuse', () => {
    expect(toAad('ab', 'c')).not.toEqual(toAad('a', 'bc'))
    expect(toAad('a', '')).not.toEqual(toAad('a'))
    expect(Buffer.from(toAad('é')).toString('hex')).toBe('00000002c3a9')
  })
})
