import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Sql } from './server-tables.ts'

/** Whose key it is. */
export interface KeyOwner {
  readonly keyId: string
  /** Null: the default agency. */
  readonly agency: string | null
}

export interface ApiKeys {
  /** Makes a key. Only its hash is kept: the text can be read this once. */
  create(input: { readonly agency: string | null; readonly name: string }): Promise<string>
  /** Undefined for what is no key, unknown, expired or revoked. */
  find(text: string): Promise<KeyOwner | undefined>
  /** Whether the agency has a key that still opens. */
  hasAgency(agency: string): Promise<boolean>
  /** Whether there has ever been a key. */
  hasAny(): Promise<boolean>
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = /^ofm_live_([0-9A-Za-z]{8})([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

/** Keys `ofm_live_<8 id><32 secret><6 checksum>`. The secret has 190 random bits, so that a plain hash of it is enough. */
export function createApiKeys(sql: Sql): ApiKeys {
  return {
    async create({ agency, name }) {
      const publicId = randomText(8)
      const secret = randomText(32)
      await sql.query('insert into ofm_server.api_key (public_id, secret_hash, agency, name) values ($1, $2, $3, $4)', [
        publicId,
        hash(secret),
        agency,
        name,
      ])
      return `ofm_live_${publicId}${secret}${checksum(publicId + secret)}`
    },
    async find(text) {
      const [, publicId = '', secret = '', sum] = form.exec(text) ?? []
      if (sum === undefined || sum !== checksum(publicId + secret)) return undefined
      const { rows } = await sql.query<{ secret_hash: string; agency: string | null; is_noted: boolean }>(
        `select secret_hash, agency, coalesce(last_used_at > now() - interval '1 hour', false) as is_noted
        from ofm_server.api_key where public_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
        [publicId],
      )
      const row = rows[0]
      if (!row || !timingSafeEqual(Buffer.from(row.secret_hash), Buffer.from(hash(secret)))) return undefined
      if (!row.is_noted) await noteUse(sql, publicId)
      return { keyId: publicId, agency: row.agency }
    },
    async hasAgency(agency) {
      const { rows } = await sql.query(
        `select 1 from ofm_server.api_key
        where agency = $1 and revoked_at is null and (expires_at is null or expires_at > now()) limit 1`,
        [agency],
      )
      return rows.length > 0
    },
    async hasAny() {
      const { rows } = await sql.query('select 1 from ofm_server.api_key limit 1')
      return rows.length > 0
    },
  }
}

/** Once an hour is exact enough, and no write on every request. */
async function noteUse(sql: Sql, publicId: string): Promise<void> {
  await sql.query('update ofm_server.api_key set last_used_at = now() where public_id = $1', [publicId])
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Tells a typing mistake, or a key that was cut off, from an unknown key without asking the database. */
function checksum(text: string): string {
  let rest = crc32(text)
  let sum = ''
  for (let position = 0; position < 6; position += 1) {
    sum = alphabet.charAt(rest % alphabet.length) + sum
    rest = Math.floor(rest / alphabet.length)
  }
  return sum
}
