import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XUserCall } from './endpoint.ts'
import { appendSegment, createMedia, finalizeUpload } from './media-upload.ts'
import { answerBadRequest } from './problems.ts'
import { readMediaField } from './read-media-field.ts'

/** The protocol before 2025: everything at one address, told apart by `command`. For clients that still speak it. */
export function playCommand(call: XUserCall, command: string): EmulatorAnswer {
  const { request, settings } = call
  const read = (name: string) => {
    const field = request.form.get(name) ?? request.urlencoded.get(name) ?? request.url.searchParams.get(name)
    return typeof field === 'string' ? field : undefined
  }
  const id = read('media_id') ?? ''
  switch (command) {
    case 'INIT':
      return initialize(call, read)
    case 'APPEND': {
      const bytes = readMediaField(request)
      const index = read('segment_index')
      return appendSegment(call, id, bytes && index !== undefined ? { index: Number(index), bytes } : undefined)
    }
    case 'FINALIZE':
      return finalizeUpload(call, id)
    default:
      return answerBadRequest(settings, `BadRequest: command ${command} is not known.`)
  }
}

function initialize(call: XUserCall, read: (name: string) => string | undefined): EmulatorAnswer {
  const made = createMedia(call, {
    type: read('media_type') ?? '',
    totalBytes: Number(read('total_bytes')),
    category: read('media_category'),
    additionalOwners: [],
  })
  if ('refused' in made) return made.refused
  const { id, mediaKey } = made.media
  const data = { id, media_key: mediaKey, expires_after_secs: Math.floor(call.settings.mediaLifeMs / 1000) }
  return { status: 202, json: { data } }
}
