import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { type BodySchema, checkBody, idSchema, toRecord } from './check-body.ts'
import type { XUserCall } from './endpoint.ts'
import { answerNoUpload, findUpload } from './media-upload.ts'
import { answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'

const altTextLengthMax = 1000
const later: BodySchema = { type: 'not_emulated' }

const schema: BodySchema = {
  type: 'object',
  required: ['id', 'metadata'],
  fields: {
    id: idSchema,
    metadata: {
      type: 'object',
      fields: {
        alt_text: {
          type: 'object',
          required: ['text'],
          fields: { text: { type: 'string', lengthMax: altTextLengthMax } },
        },
        sensitive_media_warning: {
          type: 'object',
          fields: {
            adult_content: { type: 'boolean' },
            graphic_violence: { type: 'boolean' },
            other: { type: 'boolean' },
          },
        },
        allow_download_status: later,
        audience_policy: later,
        content_expiration: later,
        domain_restrictions: later,
        geo_restrictions: later,
        found_media_origin: later,
        management_info: later,
        preview_image: later,
        shared_info: later,
        sticker_info: later,
        upload_source: later,
      },
    },
  },
}

export function checkMetadata(request: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined {
  const violations = checkBody(schema, request.json)
  return violations.length > 0 ? answerInvalid(settings, violations) : undefined
}

/** Alt text and warnings of an upload. What is sent replaces, what is left out stays. */
export function setMetadata(call: XUserCall): EmulatorAnswer {
  const { id, metadata } = toRecord(call.request.json)
  const media = findUpload(call, String(id))
  if (!media) return answerNoUpload(call)
  const { alt_text: altText, sensitive_media_warning: warning } = toRecord(metadata)
  if (altText !== undefined) {
    if (media.kind === 'video' && call.settings.videoAltText === 'refused') {
      const path = '$.metadata.alt_text'
      return answerInvalid(call.settings, [{ path, value: altText, message: `${path}: is not supported for videos` }])
    }
    media.altText = String(toRecord(altText).text)
  }
  const flags = Object.entries(toRecord(warning)).map(([name, value]) => [name, value === true] as const)
  media.sensitive = { ...media.sensitive, ...Object.fromEntries(flags) }
  const associated = {
    ...(media.altText === null ? {} : { alt_text: { text: media.altText } }),
    ...(Object.keys(media.sensitive).length === 0 ? {} : { sensitive_media_warning: media.sensitive }),
  }
  return { status: 200, json: { data: { id: media.id, associated_metadata: associated } } }
}
