import type { EmulatorRequest } from '@ofm-social/core/testing'
import { toRecord } from './check-body.ts'

/** The bytes of the field `media`: a file, text in a form, or base64 in JSON. */
export function readMediaField({ form, json }: EmulatorRequest): Uint8Array | undefined {
  const field = form.get('media')
  if (typeof field === 'object') return field.bytes
  if (field !== undefined) return Buffer.from(field)
  const { media } = toRecord(json)
  return typeof media === 'string' ? Buffer.from(media, 'base64') : undefined
}
