import { Secret } from '../platform/secret.ts'
import type { HttpRequest } from './json-client.ts'

const hidden = '[secret]'
/** Shorter ones are words that an answer may hold by itself. */
const secretLengthMin = 8
const secretName = /token|secret|code|verifier|password/i

/** What a request carried and nobody may read again: the account's token, the app's secrets, and what OAuth sends as fields. */
export function findSecrets(request: HttpRequest<unknown>, sent: Readonly<Record<string, string>>): readonly string[] {
  const app = Object.values(request.context.app).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []))
  const credential = sent.authorization?.split(' ').at(-1) ?? ''
  const json = typeof request.json === 'object' ? request.json : null
  const fields = Object.entries({ ...request.query, ...request.urlencoded, ...request.form, ...json })
  const named = fields.flatMap(([name, value]) => (secretName.test(name) && typeof value === 'string' ? [value] : []))
  const plain = [...app, credential, ...named].filter((value) => value.length >= secretLengthMin)
  // The longest first: one may be the beginning of another.
  return [...new Set(plain.flatMap((value) => [value, encodeURIComponent(value)]))].sort((a, b) => b.length - a.length)
}

/** Platforms repeat what they were told, adapters repeat what platforms say: what we sent in confidence ends here. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, hidden), text)
}
