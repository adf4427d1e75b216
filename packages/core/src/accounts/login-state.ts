import { createHash } from 'node:crypto'
import type { AgencyId } from '../model/ids.ts'
import type { RandomBytes } from '../secrets/seal.ts'
import { SocialError } from '../social-error.ts'

/** How long a person has for a login, and how long for a choice after it. */
export const loginStateLifeMs = 600_000
const secretBytes = 32
/** What comes with a callback is anybody's text, and becomes a scope of the database before it is known. */
const agencyIdPattern = /^[\w-]{1,128}$/

/** A state that names its agency and cannot be guessed. Only its hash is stored. */
export function createLoginState(agencyId: AgencyId, randomBytes: RandomBytes) {
  const state = `${toBase64Url(Buffer.from(agencyId))}.${createLoginSecret(randomBytes)}`
  return { state, hash: hashLoginState(state) }
}

/** What nobody can guess, as text. */
export function createLoginSecret(randomBytes: RandomBytes): string {
  return toBase64Url(randomBytes(secretBytes))
}

/** @throws {SocialError} `state_unknown` for what cannot be a state. */
export function parseLoginState(state: string): { readonly agencyId: AgencyId; readonly hash: string } {
  const agencyId = Buffer.from(state.split('.')[0] ?? '', 'base64url').toString() as AgencyId
  if (!agencyIdPattern.test(agencyId)) throw toStateUnknown()
  return { agencyId, hash: hashLoginState(state) }
}

export function toStateUnknown(): SocialError {
  return new SocialError(
    'state_unknown',
    'This login was completed already, took longer than ten minutes, or was never begun here. Begin again.',
  )
}

function hashLoginState(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
