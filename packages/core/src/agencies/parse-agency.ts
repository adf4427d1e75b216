import * as z from 'zod'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'

const agencyInput = once(() => z.strictObject({ agency: z.string().min(1).max(200) }))

/**
 * An empty id would silently be one more agency: a missing one of a request, shared by everybody whose app forgot it.
 *
 * @throws {SocialError} `invalid_input`.
 */
export const parseAgency = (agency: unknown): string => parseInput(agencyInput(), { agency }).agency
