import * as z from 'zod'
import { UNEXPLAINED_PAUSE } from '../model/hold.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import { SocialError } from '../social-error.ts'
import type { PauseScope } from './pauses.ts'

const schemas = once(() => {
  const id = z.string().min(1).max(500)
  const by = z.string().min(1).max(200).default('app')
  const scope = z.strictObject({
    account: id.optional(),
    creator: id.optional(),
    platform: id.optional(),
    agency: z.literal(true).optional(),
    everything: z.literal(true).optional(),
  })
  const reason = z.string().min(1).max(500).default(UNEXPLAINED_PAUSE)
  const pause = z.strictObject({ reason, until: z.date().optional(), by }).prefault({})
  return { scope, pause, resume: z.strictObject({ by }).prefault({}) }
})

/** A misspelt or empty scope must never become a wider one. */
export function parseScope(scope: unknown): PauseScope {
  const { account, creator, platform, agency, everything } = parseInput(schemas().scope, scope)
  const named: PauseScope[] = []
  if (account !== undefined) named.push({ account })
  if (creator !== undefined) named.push({ creator })
  if (platform !== undefined) named.push({ platform })
  if (agency) named.push({ agency })
  if (everything) named.push({ everything })
  const [only] = named
  if (only && named.length === 1) return only
  const message = `A scope has exactly one member (account, creator, platform, agency, everything); this one has ${named.length}.`
  throw new SocialError('invalid_input', message, { problems: [{ path: 'scope', code: 'one_member', message }] })
}

export const parsePause = (options: unknown) => parseInput(schemas().pause, options)
export const parseResume = (options: unknown) => parseInput(schemas().resume, options)
