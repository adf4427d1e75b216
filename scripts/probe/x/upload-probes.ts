import type { Probe } from '../probe-definition.ts'
import { appendSegment, beginVideo, readSample, uploadImage, uploadVideo } from './media-calls.ts'
import { isRefused, observe, toDetail, unclear } from './observe.ts'
import { free, post, remove, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const mediaLag: Probe<XProbeApi> = {
  name: 'media-lag',
  question: 'Can a picture be posted as soon as it is uploaded?',
  knob: 'mediaLagMs',
  assumed: 'at_once',
  requests: [uploadMedia, post, remove],
  async run(api) {
    const uploaded = await uploadImage(api, await readSample('photo.jpg'))
    if (!uploaded.id) return unclear(uploaded)
    const text = api.uniqueText()
    const media = { media: { media_ids: [uploaded.id] } }
    const first = await api.post(text, media)
    if (first.id) return observe('at_once', first)
    for (const seconds of [2, 5, 10]) {
      await api.sleep(seconds * 1_000)
      const again = await api.post(text, media)
      if (again.id)
        return { value: 'later', detail: `Accepted when ${seconds} more s had passed. At first ${toDetail(first)}` }
    }
    return unclear(first)
  },
}

const statusOfPicture: Probe<XProbeApi> = {
  name: 'status-of-picture',
  question: 'Does STATUS refuse a picture, which is never processed?',
  knob: 'statusWithoutProcessing',
  assumed: 'refused',
  requests: [uploadMedia, free('GET /2/media/upload?command=STATUS')],
  async run(api) {
    const uploaded = await uploadImage(api, await readSample('photo.jpg'))
    if (!uploaded.id) return unclear(uploaded)
    const answer = await api.call('GET', `/2/media/upload?command=STATUS&media_id=${uploaded.id}`)
    if (answer.id) return observe('answered', answer)
    return isRefused(answer) ? observe('refused', answer) : unclear(answer)
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
    const begun = await beginVideo(api, bytes.length)
    if (!begun.id) return unclear(begun)
    const answer = await appendSegment(api, begun.id, { index: 0, bytes })
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
    const begun = await beginVideo(api, bytes.length)
    if (!begun.id) return unclear(begun)
    const answer = await appendSegment(api, begun.id, { index: 0, bytes })
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
    if (mediaId) return observe('accepted', answer)
    if (answer.data.processing_info !== undefined) return observe('fails_processing', answer)
    return isRefused(answer) ? observe('refused', answer) : unclear(answer)
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
    if (mediaId) return observe('accepted', answer)
    return isRefused(answer) || answer.data.processing_info !== undefined ? observe('refused', answer) : unclear(answer)
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
    const subtitles = await uploadSubtitles(api)
    if (!subtitles.id) return unclear(subtitles)
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
