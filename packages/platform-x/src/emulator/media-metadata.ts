import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { type BodySchema, checkBody, idSchema, toRecord } from './check-body.ts'
import type { XUserCall } from './endpoint.ts'
import { answerNoUpload, findUpload } from './media-upload.ts'
import { answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'

const altTextLengthMax = 1000
const text: BodySchema = { type: 'string' }
const flag: BodySchema = { type: 'boolean' }
const anything: BodySchema = { type: 'object', fields: 'any' }
const stickers: BodySchema = { type: 'array', items: anything, min: 0, max: 25 }

function object(fields: Readonly<Record<string, BodySchema>>): BodySchema {
  return { type: 'object', required: Object.keys(fields), fields }
}

/** https://docs.x.com/x-api/media/introduction */
const schema: BodySchema = {
  type: 'object',
  required: ['id', 'metadata'],
  fields: {
    id: idSchema,
    metadata: {
      type: 'object',
      fields: {
        alt_text: object({ text: { type: 'string', lengthMax: altTextLengthMax } }),
        sensitive_media_warning: {
          type: 'object',
          fields: { adult_content: flag, graphic_violence: flag, other: flag },
        },
        allow_download_status: object({ allow_download: flag }),
        audience_policy: anything,
        content_expiration: object({ timestamp_sec: { type: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER } }),
        domain_restrictions: object({ whitelist: { type: 'array', items: text, min: 0, max: 100 } }),
        geo_restrictions: anything,
        found_media_origin: object({
          provider: { type: 'string', lengthMax: 8 },
          id: { type: 'string', lengthMax: 24 },
        }),
        management_info: object({ managed: flag }),
        preview_image: object({ media_key: anything }),
        shared_info: object({ shared: flag }),
        sticker_info: object({ stickers }),
        upload_source: object({ upload_source: text }),
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
  const { alt_text: altText, sensitive_media_warning: warning, ...other } = toRecord(metadata)
  if (warning !== undefined && call.settings.sensitiveMark === 'refused') {
    const path = '$.metadata.sensitive_media_warning'
    return answerInvalid(call.settings, [{ path, value: warning, message: `${path}: is not defined in the schema` }])
  }
  if (altText !== undefined) {
    if (media.kind === 'video' && call.settings.videoAltText === 'refused') {
      const path = '$.metadata.alt_text'
      return answerInvalid(call.settings, [{ path, value: altText, message: `${path}: is not supported for videos` }])
    }
    media.altText = String(toRecord(altText).text)
  }
  const flags = Object.entries(toRecord(warning)).map(([name, value]) => [name, value === true] as const)
  media.sensitive = { ...media.sensitive, ...Object.fromEntries(flags) }
  media.otherMetadata = { ...media.otherMetadata, ...other }
  const associated = {
    ...media.otherMetadata,
    ...(media.altText === null ? {} : { alt_text: { text: media.altText } }),
    ...(Object.keys(media.sensitive).length === 0 ? {} : { sensitive_media_warning: media.sensitive }),
  }
  return { status: 200, json: { data: { id: media.id, associated_metadata: associated } } }
}
