import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { checkList, checkParameter, readList } from './check-ids.ts'
import type { XCall, XEndpoint } from './endpoint.ts'
import { toMediaObject } from './media-object.ts'
import { toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import { toViewing } from './viewing.ts'

const keyPattern = /^[0-9]+_[0-9]+$/
const reads = { method: 'GET', scopes: ['tweet.read'], does: 'reads', callers: 'users_and_app' } as const

/** Media without their posts: https://docs.x.com/x-api/media/introduction */
export const mediaLookupEndpoints: readonly XEndpoint[] = [
  {
    ...reads,
    path: '/2/media',
    check: checkList('media_keys', keyPattern),
    answer: (call: XCall) => answerMedia(call, readList(call.request, 'media_keys')),
  },
  {
    ...reads,
    path: '/2/media/:media_key',
    check: checkParameter('media_key', keyPattern),
    answer: (call: XCall) => answerMedia(call, [call.request.params.media_key ?? '']),
  },
]

function answerMedia(call: XCall, keys: readonly string[]): EmulatorAnswer {
  const { request, settings, state } = call
  const read = readSelection(request.url.searchParams, settings)
  if ('refused' in read) return read.refused
  const viewing = toViewing(call, read.selection)
  const media = keys.map((key) => state.media.find(({ mediaKey, stored }) => mediaKey === key && stored))
  const data = media.flatMap((one) => (one ? [toMediaObject(viewing, one)] : []))
  const missing = keys.filter((_, index) => media[index] === undefined)
  const errors = missing.map((value) => toMissing(settings, { resource: 'media', parameter: 'media_keys', value }))
  const isOne = request.params.media_key !== undefined
  return {
    status: 200,
    json: {
      ...(data.length > 0 ? { data: isOne ? data[0] : data } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    },
  }
}
