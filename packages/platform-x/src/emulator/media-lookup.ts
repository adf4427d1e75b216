import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XCall, XEndpoint } from './endpoint.ts'
import { toMediaObject } from './media-object.ts'
import { answerInvalid, toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import { toViewing } from './viewing.ts'

const keysMax = 100
const reads = { method: 'GET', scopes: ['tweet.read'], does: 'reads', callers: 'users_and_app' } as const

/** Media without their posts: https://docs.x.com/x-api/media/introduction */
export const mediaLookupEndpoints: readonly XEndpoint[] = [
  {
    ...reads,
    path: '/2/media',
    answer(call: XCall) {
      const asked = call.request.url.searchParams.get('media_keys')
      return answerMedia(call, (asked ?? '').split(','))
    },
  },
  {
    ...reads,
    path: '/2/media/:media_key',
    answer: (call: XCall) => answerMedia(call, [call.request.params.media_key ?? '']),
  },
]

function answerMedia(call: XCall, keys: readonly string[]): EmulatorAnswer {
  const { request, settings, state } = call
  const wrong = keys.filter((key) => !/^[0-9]+_[0-9]+$/.test(key))
  if (wrong.length > 0 || keys.length > keysMax) {
    const message = `The \`media_keys\` query parameter value [${wrong.join(',')}] is not valid, or there are more than ${keysMax}`
    return answerInvalid(settings, [{ path: 'media_keys', value: wrong.join(','), message }])
  }
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
