import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { billCall } from './charges.ts'
import { checkBody, toRecord } from './check-body.ts'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { playCommand } from './media-commands.ts'
import { checkMetadata, setMetadata } from './media-metadata.ts'
import { applyFault } from './media-processing.ts'
import {
  answerNoUpload,
  answerStored,
  appendSegment,
  createMedia,
  finalizeUpload,
  findUpload,
  initializeSchema,
  initializeUpload,
  type Segment,
  storeMedia,
} from './media-upload.ts'
import { answerBadRequest, answerInvalid } from './problems.ts'
import { readMediaField } from './read-media-field.ts'

const scopes = ['media.write']
const writes = { method: 'POST', scopes, does: 'writes', callers: 'users' } as const
const oneShotFields = ['media', 'media_category', 'media_type', 'additional_owners', 'shared']
const formSizeBytesMax = 64 * 1024

/** Uploads: https://docs.x.com/x-api/media/quickstart/media-upload-chunked */
export const mediaEndpoints: readonly XEndpoint[] = [
  {
    ...writes,
    path: '/2/media/upload',
    charge: (_, { json }) => (toRecord(toRecord(json).data).size === undefined ? [] : [{ key: 'media.upload' }]),
    answer: uploadOrCommand,
  },
  {
    ...writes,
    path: '/2/media/upload/initialize',
    check(request, settings) {
      const violations = checkBody(initializeSchema, request.json)
      return violations.length > 0 ? answerInvalid(settings, violations) : undefined
    },
    answer: initializeUpload,
  },
  { ...writes, path: '/2/media/upload/:id/append', answer: append },
  {
    ...writes,
    path: '/2/media/upload/:id/finalize',
    charge: billCall('media.upload'),
    answer: finalize,
  },
  { method: 'GET', path: '/2/media/upload', scopes, does: 'reads', callers: 'users', answer: readStatus },
  {
    ...writes,
    path: '/2/media/metadata',
    charge: billCall('media.metadata'),
    check: checkMetadata,
    answer: setMetadata,
  },
]

function finalize(call: XUserCall): EmulatorAnswer {
  return finalizeUpload(call, call.request.params.id ?? '')
}

function append(call: XUserCall): EmulatorAnswer {
  const { request } = call
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded') && request.body.length > formSizeBytesMax) {
    return { status: 431 }
  }
  return appendSegment(call, request.params.id ?? '', readSegment(request))
}

/** Of a multipart form, or JSON with base64. */
function readSegment(request: EmulatorRequest): Segment | undefined {
  const json = toRecord(request.json)
  const index = request.form.get('segment_index') ?? json.segment_index
  const bytes = readMediaField(request)
  return index === undefined || !bytes ? undefined : { index: Number(index), bytes }
}

function uploadOrCommand(call: XUserCall): EmulatorAnswer {
  const { request, settings } = call
  const command =
    request.form.get('command') ?? request.urlencoded.get('command') ?? request.url.searchParams.get('command')
  if (typeof command === 'string') {
    if (settings.commandProtocol === 'on') return playCommand(call, command)
    return answerBadRequest(settings, `BadRequest: command ${command} is no longer supported.`)
  }
  return uploadAtOnce(call)
}

function uploadAtOnce(call: XUserCall): EmulatorAnswer {
  const { request, settings } = call
  const json = toRecord(request.json)
  const names = [...request.form.keys(), ...Object.keys(json)]
  const unknown = names.filter((name) => !oneShotFields.includes(name))
  const bytes = readMediaField(request)
  const read = (name: string) => request.form.get(name) ?? json[name]
  const category = read('media_category')
  const violations = [
    ...unknown.map((name) => ({
      path: `$.${name}`,
      value: read(name),
      message: `$.${name}: is not defined in the schema`,
    })),
    ...(bytes ? [] : [{ path: '$.media', value: undefined, message: '$.media: is missing but it is required' }]),
    ...(typeof category === 'string' && category !== 'amplify_video'
      ? []
      : [
          {
            path: '$.media_category',
            value: category,
            message: '$.media_category: is missing or not in the enumeration',
          },
        ]),
  ]
  if (violations.length > 0 || !bytes) return answerInvalid(settings, violations)
  const type = read('media_type')
  const made = createMedia(call, {
    type: typeof type === 'string' ? type : guessType(String(category)),
    totalBytes: bytes.length,
    category: String(category),
    additionalOwners: [],
  })
  return 'refused' in made ? made.refused : storeMedia(call, made.media, bytes)
}

function guessType(category: string): string {
  if (category.endsWith('_gif')) return 'image/gif'
  if (category === 'subtitles') return 'text/srt'
  return category.endsWith('_video') ? 'video/mp4' : 'image/jpeg'
}

function readStatus(call: XUserCall): EmulatorAnswer {
  const { request, settings, context } = call
  const query = request.url.searchParams
  if (query.get('command') !== 'STATUS') return answerBadRequest(settings, 'BadRequest: command must be STATUS.')
  const media = findUpload(call, query.get('media_id') ?? '')
  if (!media?.stored) return answerNoUpload(call)
  if (media.processing) media.processing = applyFault(media.processing, context.fault)
  else if (settings.statusWithoutProcessing === 'refuse') return answerNoUpload(call)
  return answerStored(call, media)
}
