import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { HttpProblem } from './problem.ts'
import type { Sql } from './server-tables.ts'

/** What is kept of an answer. */
export interface KeptAnswer {
  readonly status: number
  readonly body: unknown
}

/** What becomes of a key after an answer: it answers the same again; it takes the same request again; it takes any request, as if it had never been sent. */
export type KeyFate = 'keep' | 'repeat' | 'forget'

/** One request that may come again. */
export interface RepeatableRequest {
  /** Whose key it is: credential, method and route. */
  readonly scope: string
  readonly key: string
  /** Tells another request under the same key. */
  readonly fingerprint: string
}

export interface Idempotency {
  /**
   * Does the work once per key, and answers the same again for seven days.
   *
   * @throws {HttpProblem} `idempotency_in_flight`, `idempotency_mismatch`, `idempotency_unreadable`.
   */
  run(
    request: RepeatableRequest,
    work: () => Promise<KeptAnswer>,
    toFate: (answer: KeptAnswer) => KeyFate,
  ): Promise<{ readonly answer: KeptAnswer; readonly replayed: boolean }>
  /** Forgets what is older than seven days. */
  removeOld(): Promise<void>
}

interface Row {
  readonly fingerprint: string
  readonly status: number | null
  readonly answer_box: string | null
}

/**
 * Keeps answers sealed, for they may hold personal data. A process that dies during the work leaves a lease of a minute; after it the request may run
 * again, which is safe because creating calls carry the key down to the facade.
 *
 * @param secretKeys The first seals; the others are former ones, whose answers still open.
 */
export function createIdempotency(sql: Sql, secretKeys: readonly [string, ...string[]]): Idempotency {
  const box = createBox(secretKeys)
  return {
    async run(request, work, toFate) {
      const { scope, key } = request
      const attempt = await begin(sql, request)
      if (attempt === undefined) return { answer: await readKept(sql, box, request), replayed: true }
      const end = (set: string, values: unknown[]) =>
        sql.query(
          `update ofm_server.idempotency set ${set} where scope = $1 and key = $2 and attempt = $3 and status is null`,
          [scope, key, attempt, ...values],
        )
      try {
        const answer = await work()
        const fate = toFate(answer)
        if (fate === 'repeat') await end('locked_until = now()', [])
        else if (fate === 'forget') await end('locked_until = now(), fingerprint = $4', [anyRequest])
        else {
          const sealed = box.seal(JSON.stringify(answer.body ?? null), toContext(request))
          await end('status = $4, answer_box = $5, locked_until = null', [answer.status, sealed])
        }
        return { answer, replayed: false }
      } catch (error) {
        await end('locked_until = now()', [])
        throw error
      }
    },
    async removeOld() {
      await sql.query(`delete from ofm_server.idempotency where created_at < now() - interval '7 days'`)
    },
  }
}

/** The fingerprint of a key that takes any request. The row stays: its number tells a late answer from the next request's. */
const anyRequest = ''

async function begin(sql: Sql, { scope, key, fingerprint }: RepeatableRequest): Promise<number | undefined> {
  const { rows } = await sql.query<{ attempt: number }>(
    `insert into ofm_server.idempotency (scope, key, fingerprint, locked_until) values ($1, $2, $3, now() + interval '60 s')
    on conflict (scope, key) do update
      set attempt = idempotency.attempt + 1, locked_until = now() + interval '60 s', fingerprint = excluded.fingerprint
      where idempotency.status is null and idempotency.locked_until <= now() and idempotency.fingerprint in (excluded.fingerprint, $4)
    returning attempt`,
    [scope, key, fingerprint, anyRequest],
  )
  return rows[0]?.attempt
}

async function readKept(sql: Sql, box: Box, request: RepeatableRequest): Promise<KeptAnswer> {
  const { rows } = await sql.query<Row>(
    'select fingerprint, status, answer_box from ofm_server.idempotency where scope = $1 and key = $2',
    [request.scope, request.key],
  )
  const row = rows[0]
  if (row && row.fingerprint !== request.fingerprint && row.fingerprint !== anyRequest) {
    throw new HttpProblem('idempotency_mismatch', 'This Idempotency-Key was sent with another request before.')
  }
  if (row?.status == null || row.answer_box === null) {
    throw new HttpProblem('idempotency_in_flight', 'The same request is being worked on. Send it again in a second.', {
      headers: { 'retry-after': '1' },
    })
  }
  return { status: row.status, body: JSON.parse(box.open(row.answer_box, toContext(request))) }
}

interface Box {
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
}

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** The context is authenticated: an answer that was moved to another caller's row does not open. */
function createBox(secretKeys: readonly [string, ...string[]]): Box {
  const [first, ...former] = secretKeys
  const key = toBoxKey(first)
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes)
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context))
      const bytes = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()])
      return Buffer.concat([nonce, sealing.getAuthTag(), bytes]).toString('base64')
    },
    open(sealed, context) {
      for (const candidate of [key, ...former.map(toBoxKey)]) {
        const text = tryOpen(candidate, sealed, context)
        if (text !== undefined) return text
      }
      throw new HttpProblem(
        'idempotency_unreadable',
        'This request was done before, but its answer was sealed under another OFM_KEY. Read what it made instead of sending it again; the operator can set OFM_OLD_KEYS.',
      )
    },
  }
}

const toBoxKey = (secretKey: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secretKey, '', 'ofm-server idempotency v1', 32))

/** Undefined for what was sealed under another key. */
function tryOpen(key: Uint8Array, sealed: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  const nonce = bytes.subarray(0, nonceBytes)
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context))
  opening.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  const text = opening.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8')
  try {
    return text + opening.final('utf8')
  } catch {
    return undefined
  }
}

function toContext({ scope, key }: RepeatableRequest): string {
  return JSON.stringify([scope, key])
}

/** Reads the header: `abc` or, as a structured field, `"abc"`. */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim()
  if (/^[\x21\x23-\x7e]{1,255}$/.test(key)) return key
  throw new HttpProblem(
    'invalid_idempotency_key',
    'Idempotency-Key has 1 to 255 visible ASCII characters, and no spaces or quotes.',
  )
}

/** The same for the same JSON, in whatever order its members came. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, sortMembers)).digest('hex')
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
