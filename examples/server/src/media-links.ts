import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { type AgencyId, type AssetFileKey, type CreatorId, isId } from '@ofm-social/core'
import * as z from 'zod'

/** What a link leads to. */
export interface LinkedFile {
  readonly key: AssetFileKey
  /** MIME type. */
  readonly type: string
}

/** Addresses of ours from which anybody who has one can fetch one file, until it is over. */
export interface MediaLinks {
  sign(file: LinkedFile, forMs: number): string
  /** The file of the last part of such an address. Undefined when we did not sign it, or it is over. */
  open(link: string): LinkedFile | undefined
}

/** @param secretKeys The first signs; links that former ones signed work until they are over. */
export function createMediaLinks(options: {
  /** Ours, as platforms see it. */
  readonly publicUrl: string
  readonly secretKeys: readonly [string, ...string[]]
  /** Epoch milliseconds. */
  readonly now: () => number
}): MediaLinks {
  const { publicUrl, now } = options
  const [first, ...former] = options.secretKeys
  const key = toSigningKey(first)
  const keys = [key, ...former.map(toSigningKey)]
  return {
    sign({ key: { agencyId, creatorId, sha256 }, type }, forMs) {
      const fields = [agencyId, creatorId, sha256, type, Math.ceil((now() + forMs) / 1000)]
      const payload = Buffer.from(JSON.stringify(fields)).toString('base64url')
      return `${publicUrl}/media/${payload}.${toSignature(key, payload).toString('base64url')}`
    },
    open(link) {
      const [payload = '', signature = ''] = link.split('.')
      const given = Buffer.from(signature, 'base64url')
      const isOurs = keys.some((candidate) => isSame(given, toSignature(candidate, payload)))
      return isOurs ? readPayload(payload, now()) : undefined
    },
  }
}

/** Never the secret itself: who could guess this key would not have the one that seals tokens. */
const toSigningKey = (secretKey: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secretKey, '', 'ofm-server media link v1', 32))

const toSignature = (key: Uint8Array, payload: string): Buffer => createHmac('sha256', key).update(payload).digest()

const isSame = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected)

const payloadSchema = z.tuple([
  z.custom<AgencyId>((id) => isId('agency', id)),
  z.custom<CreatorId>((id) => isId('creator', id)),
  z.string(),
  z.string(),
  z.number(),
])

/** Of a payload that we signed. */
function readPayload(payload: string, now: number): LinkedFile | undefined {
  const fields: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const [agencyId, creatorId, sha256, type, expiresAtSeconds] = payloadSchema.parse(fields)
  return expiresAtSeconds * 1000 > now ? { key: { agencyId, creatorId, sha256 }, type } : undefined
}
