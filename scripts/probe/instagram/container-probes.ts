import type { Observation, Probe, ProbeNeed } from '../probe-definition.ts'
import * as needs from './needs.ts'
import { free, observe, observeTaken, unclear } from './observe.ts'
import type { InstagramProbeApi } from './probe-api.ts'

const make = free('POST /{account}/media')
const ask = free('GET /{container}')

const quotaTotal: Probe<InstagramProbeApi> = {
  name: 'quota-total',
  question: 'How many posts may the account publish in a day?',
  knob: 'quotaTotal',
  assumed: '50',
  requests: [free('GET /{account}/content_publishing_limit')],
  async run(api) {
    const path = `/${await api.readAccountId()}/content_publishing_limit?fields=quota_usage,config`
    const answer = await api.call('GET', path)
    const total = /"quota_total":\s*(\d+)/.exec(answer.body)?.[1]
    return total === undefined ? unclear(answer) : observe(total, answer)
  },
}

const statusText: Probe<InstagramProbeApi> = {
  name: 'status-text',
  question: 'Is the status of a container a sentence?',
  knob: 'statusText',
  assumed: 'sentence',
  needs: [needs.image],
  requests: [make, ask],
  async run(api) {
    const made = await api.makeContainer({ image_url: api.given.image ?? '' })
    if (made.id === undefined) return unclear(made)
    const settled = await api.settleContainer(made.id)
    const { status } = settled.json
    if (typeof status !== 'string') return unclear(settled)
    return observe(/^[A-Z][\w ]*: /.test(status) ? 'sentence' : 'short', settled)
  },
}

const carouselVideo: Probe<InstagramProbeApi> = {
  name: 'carousel-video',
  question: 'May a video at 9:16 stand in a carousel?',
  knob: 'carouselVideos',
  assumed: 'older_pages',
  needs: [needs.tallVideo],
  requests: [make, ask],
  async run(api) {
    const fields = { media_type: 'VIDEO', is_carousel_item: 'true', video_url: api.given['tall-video'] ?? '' }
    const made = await api.makeContainer(fields)
    if (made.id === undefined) return observeTaken(made, { taken: '', refused: 'older_pages' })
    const settled = await api.settleContainer(made.id)
    const { status_code: code } = settled.json
    if (code === 'FINISHED') return observe('as_reels', settled)
    return code === 'ERROR' ? observe('older_pages', settled) : unclear(settled)
  },
}

/** Whether Instagram takes a container: nothing is published. */
function containerProbe(
  given: Pick<Probe<never>, 'name' | 'question' | 'assumed'> & { readonly knob?: string; readonly need?: ProbeNeed },
  values: { readonly taken: string; readonly refused: string },
  toFields: (api: InstagramProbeApi) => Readonly<Record<string, string>>,
): Probe<InstagramProbeApi> {
  const { need = needs.image, ...probe } = given
  return {
    ...probe,
    needs: need.key === needs.location.key ? [needs.image, need] : [need],
    requests: [make],
    async run(api): Promise<Observation> {
      return observeTaken(await api.makeContainer(toFields(api)), values)
    },
  }
}

const imageOf = (api: InstagramProbeApi) => ({ image_url: api.given.image ?? '' })

/** What Instagram takes. */
export const containerProbes: readonly Probe<InstagramProbeApi>[] = [
  quotaTotal,
  statusText,
  carouselVideo,
  containerProbe(
    { name: 'png', question: 'Is a PNG taken?', knob: 'imageFormats', assumed: 'strict', need: needs.png },
    { taken: 'png_too', refused: 'strict' },
    ({ given }) => ({ image_url: given.png ?? '' }),
  ),
  containerProbe(
    {
      ...{ name: 'tall-image', question: 'Is an image at 3:4 taken?', knob: 'tallImages', assumed: 'refused' },
      need: needs.tallImage,
    },
    { taken: 'accepted', refused: 'refused' },
    ({ given }) => ({ image_url: given['tall-image'] ?? '' }),
  ),
  containerProbe(
    {
      ...{ name: 'redirect', question: 'Does Instagram follow a redirect to a file?', knob: 'redirects' },
      ...{ assumed: 'followed', need: needs.redirect },
    },
    { taken: 'followed', refused: 'refused' },
    ({ given }) => ({ image_url: given.redirect ?? '' }),
  ),
  containerProbe(
    {
      ...{ name: 'story-location', question: 'May a story have a location?', knob: 'locationOnStories' },
      ...{ assumed: 'ignored', need: needs.location },
    },
    { taken: 'ignored', refused: 'refused' },
    (api) => ({ media_type: 'STORIES', ...imageOf(api), location_id: api.given.location ?? '' }),
  ),
  containerProbe(
    { name: 'story-ai-label', question: 'May a story have the label for AI?', assumed: 'accepted' },
    { taken: 'accepted', refused: 'refused' },
    (api) => ({ media_type: 'STORIES', ...imageOf(api), is_ai_generated: 'true' }),
  ),
  containerProbe(
    { name: 'hashtags', question: 'Are more than five hashtags taken?', assumed: 'accepted' },
    { taken: 'accepted', refused: 'refused' },
    (api) => ({ ...imageOf(api), caption: '#one #two #three #four #five #six' }),
  ),
  containerProbe(
    {
      name: 'caption-count',
      question: 'Does a caption of 1,101 emoji, 2,202 UTF-16 units, fit into 2,200 characters?',
      assumed: 'utf16',
    },
    { taken: 'code_points', refused: 'utf16' },
    (api) => ({ ...imageOf(api), caption: '🔥'.repeat(1_101) }),
  ),
]
