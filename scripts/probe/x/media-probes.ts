import type { Probe } from '../probe-definition.ts'
import { toRecord } from './call-x.ts'
import { appendSegment, readSample, toTakenSegments, uploadImage, uploadVideo, wasProcessed } from './media-calls.ts'
import { conclude, hasId, isRefused, observe, unclear, withId } from './observe.ts'
import { describeMedia, post, readPost, remove, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const videoAltText: Probe<XProbeApi> = {
  name: 'alt-text-of-video',
  question: 'Is alt text of a video taken and kept?',
  knob: 'videoAltText',
  assumed: 'kept',
  requests: [uploadMedia, describeMedia, post, readPost, remove],
  async run(api) {
    const { mediaId, answer: uploaded } = await uploadVideo(api)
    if (!mediaId) return unclear(uploaded)
    const json = { id: mediaId, metadata: { alt_text: { text: 'A clip of the probe' } } }
    const described = await api.call('POST', '/2/media/metadata', { json })
    if (described.status >= 300) return isRefused(described) ? observe('refused', described) : unclear(described)
    const made = await withId(api.post(api.uniqueText(), { media: { media_ids: [mediaId] } }))
    const read = await api.call(
      'GET',
      `/2/tweets/${made.id}?tweet.fields=attachments&expansions=attachments.media_keys&media.fields=alt_text`,
    )
    const { media } = toRecord(toRecord(read.json).includes)
    if (!Array.isArray(media)) return unclear(read)
    return observe(toRecord(media[0]).alt_text === 'A clip of the probe' ? 'kept' : 'dropped', read)
  },
}

const sensitive: Probe<XProbeApi> = {
  name: 'sensitive-media',
  question: 'Is the warning about adult media taken, and is the post possibly sensitive then?',
  knob: 'sensitiveReadsBack',
  assumed: 'true',
  requests: [uploadMedia, describeMedia, post, readPost, remove],
  async run(api) {
    const uploaded = await withId(uploadImage(api, await readSample('photo.jpg')))
    const warning = { adult_content: true, graphic_violence: false, other: false }
    const json = { id: uploaded.id, metadata: { sensitive_media_warning: warning } }
    const marked = await api.call('POST', '/2/media/metadata', { json })
    if (marked.status >= 300) return isRefused(marked) ? observe('refused', marked) : unclear(marked)
    const made = await withId(api.post(api.uniqueText(), { media: { media_ids: [uploaded.id] } }))
    const read = await api.call('GET', `/2/tweets/${made.id}?tweet.fields=possibly_sensitive`)
    const value = read.data.possibly_sensitive
    return typeof value === 'boolean' ? observe(String(value), read) : unclear(read)
  },
}

const mixedMedia: Probe<XProbeApi> = {
  name: 'mixed-media',
  question: 'May a photo and a video be in one post?',
  knob: 'mixedMedia',
  assumed: 'refused',
  requests: [uploadMedia, uploadMedia, post, remove],
  async run(api) {
    const image = await uploadImage(api, await readSample('photo.jpg'))
    const { mediaId, answer } = await uploadVideo(api)
    if (!image.id || !mediaId) return unclear(image.id ? answer : image)
    const made = api.post(api.uniqueText(), { media: { media_ids: [image.id, mediaId] } })
    return conclude(made, { accepted: hasId, refused: isRefused })
  },
}

const segmentReuse: Probe<XProbeApi> = {
  name: 'segment-reuse',
  question: 'Does a segment that is sent again under the same number replace the first?',
  knob: 'segmentReuse',
  assumed: 'replaced',
  requests: [uploadMedia],
  async run(api) {
    const { mediaId, answer } = await uploadVideo(api, async (id, bytes) => {
      const first = await appendSegment(api, id, { index: 0, bytes: new Uint8Array(bytes.length) })
      return first.status >= 300 ? first : appendSegment(api, id, { index: 0, bytes })
    })
    return conclude(answer, { replaced: () => mediaId !== undefined, first_kept: wasProcessed, refused: isRefused })
  },
}

const segmentOrder: Probe<XProbeApi> = {
  name: 'segment-order',
  question: 'May segments of a video come in any order, as when they are sent at the same time?',
  knob: 'segmentOrder',
  assumed: 'accepted',
  requests: [uploadMedia],
  async run(api) {
    const { mediaId, answer } = await uploadVideo(api, async (id, bytes) => {
      const middle = Math.floor(bytes.length / 2)
      const second = await appendSegment(api, id, { index: 1, bytes: bytes.slice(middle) })
      return second.status >= 300 ? second : appendSegment(api, id, { index: 0, bytes: bytes.slice(0, middle) })
    })
    return toTakenSegments(mediaId, answer)
  },
}

export const mediaProbes: readonly Probe<XProbeApi>[] = [
  videoAltText,
  sensitive,
  mixedMedia,
  segmentReuse,
  segmentOrder,
]
