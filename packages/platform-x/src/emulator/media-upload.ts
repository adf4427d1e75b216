import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { type BodySchema, idSchema, toRecord } from './check-body.ts'
import type { XUserCall } from './endpoint.ts'
import { mintId } from './ids.ts'
import {
  categoryNames,
  deriveCategory,
  findCategory,
  fitsCategory,
  mediaTypes,
  readMediaLimits,
} from './media-categories.ts'
import { readMediaFacts } from './media-facts.ts'
import { startProcessing, toProcessingInfo } from './media-processing.ts'
import { answerBadRequest, answerInvalid } from './problems.ts'
import type { XMedia, XMediaKind } from './state.ts'

const totalBytesMax = 17_179_869_184
const keyPrefixes: Readonly<Record<XMediaKind, string>> = {
  photo: '3_',
  animated_gif: '16_',
  video: '13_',
  subtitles: '20_',
}

/** Body of `initialize`. */
export const initializeSchema: BodySchema = {
  type: 'object',
  required: ['media_type', 'total_bytes'],
  fields: {
    media_type: { type: 'string', values: mediaTypes },
    total_bytes: { type: 'integer', min: 0, max: totalBytesMax },
    media_category: { type: 'string', values: categoryNames },
    additional_owners: { type: 'array', items: idSchema, min: 0, max: 100 },
    shared: { type: 'boolean' },
  },
}

export interface NewMedia {
  readonly type: string
  readonly totalBytes: number
  readonly category: string | undefined
  readonly additionalOwners: readonly string[]
}

/** Bytes of one segment, and where they belong. */
export interface Segment {
  readonly index: number
  readonly bytes: Uint8Array
}

/** Makes a record for an upload, or refuses what can be seen before the bytes come. */
export function createMedia(
  call: XUserCall,
  given: NewMedia,
): { readonly media: XMedia } | { readonly refused: EmulatorAnswer } {
  const { state, settings, user, now } = call
  const name = given.category ?? deriveCategory(given.type)
  const category = findCategory(name)
  const refuse = (path: string, value: unknown, message: string) => ({
    refused: answerInvalid(settings, [{ path, value, message: `${path}: ${message}` }]),
  })
  if (!category) return refuse('$.media_category', name, 'is not supported by this emulator')
  if (!fitsCategory(category.kind, given.type)) {
    return refuse('$.media_type', given.type, `does not fit the media category ${name}`)
  }
  const { sizeBytesMax } = readMediaLimits(name, settings, user.username)
  if (given.totalBytes > sizeBytesMax) {
    return refuse('$.total_bytes', given.totalBytes, `must have a maximum value of ${sizeBytesMax}`)
  }
  const id = mintId(state, now)
  const media: XMedia = {
    id,
    mediaKey: keyPrefixes[category.kind] + id,
    ownerId: user.id,
    additionalOwners: given.additionalOwners,
    kind: category.kind,
    category: name,
    type: given.type,
    totalBytes: given.totalBytes,
    expiresAt: now + settings.mediaLifeMs,
    segments: {},
    stored: null,
    processing: null,
    altText: null,
    subtitles: [],
    sensitive: {},
    otherMetadata: {},
  }
  state.media.push(media)
  return { media }
}

export function initializeUpload(call: XUserCall): EmulatorAnswer {
  const body = toRecord(call.request.json)
  const owners = Array.isArray(body.additional_owners) ? body.additional_owners.map(String) : []
  const made = createMedia(call, {
    type: String(body.media_type),
    totalBytes: Number(body.total_bytes),
    category: body.media_category === undefined ? undefined : String(body.media_category),
    additionalOwners: owners,
  })
  if ('refused' in made) return made.refused
  const { id, mediaKey } = made.media
  const data = { id, media_key: mediaKey, expires_after_secs: Math.floor(call.settings.mediaLifeMs / 1000) }
  return { status: 200, json: { data } }
}

/** The caller's own upload that has not expired. */
export function findUpload({ state, user, now }: XUserCall, id: string): XMedia | undefined {
  return state.media.find((media) => media.id === id && media.ownerId === user.id && media.expiresAt > now)
}

export function answerNoUpload({ settings }: XUserCall): EmulatorAnswer {
  return answerBadRequest(settings, 'BadRequest: Not found')
}

/** What becomes of an index that was sent before is unverified on X, and so is whether the order matters. */
export function appendSegment(call: XUserCall, id: string, segment: Segment | undefined): EmulatorAnswer {
  const { settings, context } = call
  const media = findUpload(call, id)
  if (!media) return answerNoUpload(call)
  if (!segment) return answerBadRequest(settings, 'BadRequest: segment_index and media are required.')
  const { index, bytes } = segment
  const refused = refuseSegment(call, media, segment)
  if (refused) return refused
  if (media.segments[index] === undefined || settings.segmentReuse === 'replaces') {
    media.segments[index] = { sha256: context.blobs.put(bytes), sizeBytes: bytes.length }
  }
  if (settings.appendAnswer === 'empty') return { status: 204 }
  return { status: 200, json: { data: { expires_at: Math.floor(media.expiresAt / 1000) } } }
}

function refuseSegment({ settings }: XUserCall, media: XMedia, { index, bytes }: Segment): EmulatorAnswer | undefined {
  const indexMax = settings.segmentsMax - 1
  if (!Number.isInteger(index) || index < 0 || index > indexMax) {
    return answerBadRequest(settings, `SegmentIndex must be between 0 and ${indexMax}.`)
  }
  if (bytes.length > settings.segmentSizeBytesMax) {
    const answer = answerBadRequest(settings, `Segments are limited to ${settings.segmentSizeBytesMax} bytes.`)
    return { ...answer, status: settings.segmentTooLarge === 'status_413' ? 413 : 400 }
  }
  if (media.stored) return answerBadRequest(settings, 'BadRequest: The upload is finalized.')
  if (media.segments[index] !== undefined && settings.segmentReuse === 'refused') {
    return answerBadRequest(settings, `BadRequest: Segment ${index} is already uploaded.`)
  }
  if (settings.segmentOrder === 'in_row' && index > Object.keys(media.segments).length) {
    return answerBadRequest(settings, `BadRequest: Segment ${index} is out of order.`)
  }
  return undefined
}

/** May be repeated: the second answer is the first one. */
export function finalizeUpload(call: XUserCall, id: string): EmulatorAnswer {
  const media = findUpload(call, id)
  if (!media) return answerNoUpload(call)
  if (media.stored) return answerStored(call, media)
  const bytes = joinSegments(call, media)
  const isWhole = bytes?.length === media.totalBytes
  if (!isWhole && call.settings.missingSegment === 'fails_processing' && media.kind !== 'photo') {
    return storeMedia(call, media, Buffer.alloc(0))
  }
  if (!bytes) return answerBadRequest(call.settings, 'BadRequest: Segments are missing.')
  if (!isWhole) {
    const message = `BadRequest: The upload has ${bytes.length} bytes; total_bytes said ${media.totalBytes}.`
    return answerBadRequest(call.settings, message)
  }
  return storeMedia(call, media, bytes)
}

/** Looks at the bytes, and starts what has to be done with them. */
export function storeMedia(call: XUserCall, media: XMedia, bytes: Uint8Array): EmulatorAnswer {
  const { context, settings, now } = call
  const facts = readMediaFacts(bytes)
  if (media.kind === 'photo' && !facts?.type.startsWith('image/')) {
    return { status: 400, json: { error: 'media type unrecognized' } }
  }
  media.stored = {
    sha256: context.blobs.put(bytes),
    sizeBytes: bytes.length,
    type: facts?.type ?? media.type,
    widthPixels: facts?.widthPixels ?? 0,
    heightPixels: facts?.heightPixels ?? 0,
    durationMs: facts?.durationMs ?? null,
    framesPerSecond: facts?.framesPerSecond ?? null,
    storedAt: now,
  }
  media.processing = startProcessing(media, facts, settings, context)
  return answerStored(call, media)
}

/** What finalize, one shot and STATUS say about an upload. */
export function answerStored({ now }: XUserCall, media: XMedia): EmulatorAnswer {
  const { id, mediaKey, stored, processing, expiresAt, kind } = media
  const shapes = {
    photo: { image: { image_type: stored?.type, w: stored?.widthPixels, h: stored?.heightPixels } },
    video: { video: { video_type: stored?.type } },
    animated_gif: { video: { video_type: stored?.type } },
    subtitles: {},
  }
  const data = {
    id,
    media_key: mediaKey,
    size: stored?.sizeBytes,
    expires_after_secs: Math.floor((expiresAt - now) / 1000),
    ...shapes[kind],
    ...(processing ? { processing_info: toProcessingInfo(processing, now) } : {}),
  }
  return { status: 200, json: { data } }
}

/** Segments lie in a row from 0; undefined when one is missing. */
function joinSegments({ context }: XUserCall, { segments }: XMedia): Buffer | undefined {
  const count = Object.keys(segments).length
  const parts = Array.from({ length: count }, (_, index) => context.blobs.get(segments[index]?.sha256 ?? ''))
  const found = parts.filter((part) => part !== undefined)
  return count > 0 && found.length === count ? Buffer.concat(found) : undefined
}
