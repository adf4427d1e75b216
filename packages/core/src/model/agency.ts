import { createHash } from 'node:crypto'
import type { AgencyId } from './ids.ts'

/** The agency that an app with one agency never mentions. */
export const DEFAULT_AGENCY = 'default'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The id of an agency follows from the app's own id of it, so that the scope is known before a row is read. */
export function toAgencyId(externalId: string): AgencyId {
  const digest = createHash('sha256').update(`ofm.agency.v1 ${externalId}`).digest()
  const text = Array.from(digest.subarray(0, 26), (byte) => alphabet.charAt(byte % 32)).join('')
  return `agency_${text}` as AgencyId
}
