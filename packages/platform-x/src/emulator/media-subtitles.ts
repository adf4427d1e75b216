import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { type BodySchema, checkBody, idSchema, toRecord } from './check-body.ts'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { answerNoUpload, findUpload } from './media-upload.ts'
import { answerCode, answerInvalid } from './problems.ts'
import type { XMedia } from './state.ts'
import type { XSettings } from './switches.ts'

const language: BodySchema = { type: 'string', pattern: /^[A-Z]{2}$/ }
const category: BodySchema = { type: 'string', values: ['AmplifyVideo', 'TweetVideo'] }
const addSchema: BodySchema = {
  type: 'object',
  required: ['id', 'media_category', 'subtitles'],
  fields: {
    id: idSchema,
    media_category: category,
    subtitles: {
      type: 'object',
      required: ['id', 'language_code'],
      fields: { id: idSchema, language_code: language, display_name: { type: 'string' } },
    },
  },
}
const removeSchema: BodySchema = {
  type: 'object',
  required: ['id', 'media_category', 'language_code'],
  fields: { id: idSchema, media_category: category, language_code: language },
}
const basics = { path: '/2/media/subtitles', scopes: ['media.write'], does: 'writes', callers: 'users' } as const

/** Subtitles of a video: https://docs.x.com/x-api/media/introduction */
export const subtitleEndpoints: readonly XEndpoint[] = [
  { ...basics, method: 'POST', check: checkWith(addSchema), answer: addSubtitles },
  { ...basics, method: 'DELETE', check: checkWith(removeSchema), answer: removeSubtitles },
]

function checkWith(schema: BodySchema) {
  return (request: EmulatorRequest, settings: XSettings) => {
    const violations = checkBody(schema, request.json)
    return violations.length > 0 ? answerInvalid(settings, violations) : undefined
  }
}

/** One track per language: a later one replaces it. */
function addSubtitles(call: XUserCall): EmulatorAnswer {
  const body = toRecord(call.request.json)
  const given = toRecord(body.subtitles)
  const video = findVideo(call, String(body.id))
  const file = findUpload(call, String(given.id))
  if (!video || !file?.stored) return answerNoUpload(call)
  if (file.kind !== 'subtitles') return answerCode(403, 355, 'Subtitles are not valid.')
  const languageCode = String(given.language_code)
  const displayName = given.display_name === undefined ? null : String(given.display_name)
  const others = video.subtitles.filter((track) => track.languageCode !== languageCode)
  video.subtitles = [...others, { id: file.id, languageCode, displayName }]
  const tracks = video.subtitles.map((track) => ({
    id: track.id,
    language_code: track.languageCode,
    ...(track.displayName === null ? {} : { display_name: track.displayName }),
  }))
  const associated = call.settings.subtitlesAnswer === 'list' ? tracks : tracks.at(-1)
  const data = { id: video.id, media_category: body.media_category, associated_subtitles: associated }
  return { status: 200, json: { data } }
}

function removeSubtitles(call: XUserCall): EmulatorAnswer {
  const body = toRecord(call.request.json)
  const video = findVideo(call, String(body.id))
  if (!video) return answerNoUpload(call)
  video.subtitles = video.subtitles.filter(({ languageCode }) => languageCode !== body.language_code)
  return { status: 200, json: { data: { deleted: true } } }
}

function findVideo(call: XUserCall, id: string): XMedia | undefined {
  const media = findUpload(call, id)
  return media?.kind === 'video' ? media : undefined
}
