import type { Probe } from '../probe-definition.ts'
import {
  appendSegment,
  beginVideo,
  readSample,
  toTakenSegments,
  uploadImage,
  uploadVideo,
  wasProcessed,
} from './media-calls.ts'
import { conclude, hasId, isRefused, observe, unclear, withId } from './observe.ts'
import { postUntilTaken } from './post-until-taken.ts'
import { free, post, remove, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const mediaLag: Probe<XProbeApi> = {
  name: 'media-lag',
  question: 'Can a picture be posted as soon as it is uploaded?',
  knob: 'mediaLagMs',
  assumed: 'at_once',
  requests: [uploadMedia, post, remove],
  async run(api) {
    const { id } = await withId(uploadImage(api, await readSample('photo.jpg')))
    return postUntilTaken(api, { media: { media_ids: [id] } })
  },
}

const statusOfPicture: Probe<XProbeApi> = {
  name: 'status-of-picture',
  question: 'Does STATUS refuse a picture, which is never processed?',
  knob: 'statusWithoutProcessing',
  assumed: 'refused',
  requests: [uploadMedia, free('GET /2/media/upload?command=STATUS')],
  async run(api) {
    const { id } = await withId(uploadImage(api, await readSample('photo.jpg')))
    const answer = api.call('GET', `/2/media/upload?command=STATUS&media_id=${id}`)
    return conclude(answer, { answered: hasId, refused: isRefused })
  },
}

const appendAnswer: Probe<XProbeApi> = {
  name: 'answer-to-segment',
  question: 'Has the answer to a segment a body?',
  knob: 'appendAnswer',
  assumed: 'json',
  requests: [uploadMedia],
  async run(api) {
    const bytes = await readSample('clip.mp4')
    const { id } = await withId(beginVideo(api, bytes.length))
    const answer = await appendSegment(api, id, { index: 0, bytes })
    if (answer.status >= 300) return unclear(answer)
    return observe(answer.body === '' ? 'empty' : 'json', answer)
  },
}

const segmentTooLarge: Probe<XProbeApi> = {
  name: 'segment-too-large',
  question: 'What does a segment of 9 MB answer?',
  knob: 'segmentTooLarge',
  assumed: '413',
  requests: [uploadMedia],
  async run(api) {
    const bytes = new Uint8Array(9_000_000)
    const { id } = await withId(beginVideo(api, bytes.length))
    const answer = await appendSegment(api, id, { index: 0, bytes })
    if (answer.status < 300) return observe('accepted', answer)
    return isRefused(answer) ? observe(String(answer.status), answer) : unclear(answer)
  },
}

const missingSegment: Probe<XProbeApi> = {
  name: 'missing-segment',
  question: 'When is an upload refused whose second half is missing?',
  knob: 'missingSegment',
  assumed: 'refused',
  requests: [uploadMedia],
  async run(api) {
    const { mediaId, answer } = await uploadVideo(api, (id, bytes) =>
      appendSegment(api, id, { index: 0, bytes: bytes.slice(0, Math.floor(bytes.length / 2)) }),
    )
    return conclude(answer, {
      accepted: () => mediaId !== undefined,
      fails_processing: wasProcessed,
      refused: isRefused,
    })
  },
}

const segmentsAtOnce: Probe<XProbeApi> = {
  name: 'segments-at-once',
  question: 'May the requests for the segments of one video overlap?',
  assumed: 'accepted',
  requests: [uploadMedia],
  async run(api) {
    const { mediaId, answer } = await uploadVideo(api, async (id, bytes) => {
      const middle = Math.floor(bytes.length / 2)
      const [first, second] = await Promise.all([
        appendSegment(api, id, { index: 0, bytes: bytes.slice(0, middle) }),
        appendSegment(api, id, { index: 1, bytes: bytes.slice(middle) }),
      ])
      return first.status >= 300 ? first : second
    })
    return toTakenSegments(mediaId, answer)
  },
}

const subtitlesAnswer: Probe<XProbeApi> = {
  name: 'answer-to-subtitles',
  question: 'Does the answer to new subtitles list them?',
  knob: 'subtitlesAnswer',
  assumed: 'list',
  requests: [uploadMedia, uploadMedia, free('POST /2/media/subtitles')],
  async run(api) {
    const { mediaId, answer: uploaded } = await uploadVideo(api)
    if (!mediaId) return unclear(uploaded)
    const subtitles = await withId(uploadSubtitles(api))
    const json = {
      id: mediaId,
      media_category: 'TweetVideo',
      subtitles: { id: subtitles.id, language_code: 'EN', display_name: 'English' },
    }
    const answer = await api.call('POST', '/2/media/subtitles', { json })
    const { associated_subtitles: associated } = answer.data
    if (associated === undefined) return unclear(answer)
    return observe(Array.isArray(associated) ? 'list' : 'object', answer)
  },
}

export const uploadProbes: readonly Probe<XProbeApi>[] = [
  mediaLag,
  statusOfPicture,
  appendAnswer,
  segmentTooLarge,
  missingSegment,
  segmentsAtOnce,
  subtitlesAnswer,
]

function uploadSubtitles(api: XProbeApi) {
  const form = new FormData()
  form.set('media_category', 'subtitles')
  form.set('media', new Blob(['1\n00:00:00,000 --> 00:00:01,000\nA clip of the probe\n']))
  return api.call('POST', '/2/media/upload', { form })
}
