import type { Observation, Probe } from '../probe-definition.ts'
import type { InstagramAnswer } from './call-instagram.ts'
import * as needs from './needs.ts'
import { free, isRefused, notAsked, observe, observeTaken, unclear } from './observe.ts'
import type { InstagramProbeApi } from './probe-api.ts'

const facebookOnly = 'Only the login with Facebook can answer it.'
const instagramOnly = 'Only the login with Instagram can answer it.'
const publishing = [
  free('POST /{account}/media'),
  free('GET /{container}'),
  free('POST /{account}/media_publish: a public post'),
  free('DELETE /{media}, with the login through Facebook'),
]
const listAfterMs = [0, 5_000, 15_000, 60_000]

/** Publishes an image, then asks. */
function postProbe(
  probe: Pick<Probe<never>, 'name' | 'question' | 'assumed'> & {
    readonly knob?: string
    readonly asks: readonly string[]
    readonly login?: 'facebook' | 'instagram'
    readonly toCaption?: (text: string) => string
  },
  look: (
    api: InstagramProbeApi,
    post: { mediaId: string; containerId: string; caption: string },
  ) => Promise<Observation>,
): Probe<InstagramProbeApi> {
  const { asks, login, toCaption = (text: string) => text, ...rest } = probe
  return {
    ...rest,
    needs: [needs.image],
    requests: [...publishing, ...asks.map(free)],
    async run(api) {
      if (login === 'facebook' && !api.isFacebook) return notAsked(facebookOnly)
      if (login === 'instagram' && api.isFacebook) return notAsked(instagramOnly)
      const caption = toCaption(api.uniqueText())
      const made = await api.makeContainer({ image_url: api.given.image ?? '', caption })
      if (made.id === undefined) return unclear(made)
      await api.settleContainer(made.id)
      const published = await api.publish(made.id)
      if (published.id === undefined) return unclear(published)
      return look(api, { mediaId: published.id, containerId: made.id, caption })
    },
  }
}

const comment = (api: InstagramProbeApi, mediaId: string, message: string): Promise<InstagramAnswer> =>
  api.call('POST', `/${mediaId}/comments`, { fields: { message } })

/** What happens to what is public. */
export const postProbes: readonly Probe<InstagramProbeApi>[] = [
  postProbe(
    {
      ...{ name: 'republish', question: 'What does a second publication of a container answer?' },
      ...{ knob: 'republish', assumed: 'not_found', asks: ['POST /{account}/media_publish again'] },
    },
    async (api, { mediaId, containerId }) => {
      const again = await api.publish(containerId)
      if (again.id !== undefined) return observe(again.id === mediaId ? 'same_media' : 'another_post', again)
      return again.code?.startsWith('24/') ? observe('not_found', again) : unclear(again)
    },
  ),
  postProbe(
    {
      ...{ name: 'listing-lag', question: 'Is a new post in the list of the account at once?' },
      ...{ knob: 'listingLagMs', assumed: 'at_once', asks: ['GET /{account}/media, up to four times'] },
    },
    async (api, { mediaId }) => {
      for (const waitMs of listAfterMs) {
        await api.sleep(waitMs)
        const listed = await api.call('GET', `/${await api.readAccountId()}/media?fields=id&limit=10`)
        if (listed.code !== undefined) return unclear(listed)
        if (listed.body.includes(`"${mediaId}"`)) return observe(waitMs === 0 ? 'at_once' : 'later', listed)
      }
      return { value: 'later', detail: 'Not within 80 seconds.' }
    },
  ),
  postProbe(
    {
      ...{ name: 'comment-limit', question: 'Is a comment of 301 characters refused?' },
      ...{ knob: 'commentLimits', assumed: 'checked', asks: ['POST /{media}/comments'] },
    },
    async (api, { mediaId }) => {
      const made = await comment(api, mediaId, api.uniqueText().padEnd(301, '.'))
      return observeTaken(made, { taken: 'none', refused: 'checked' })
    },
  ),
  postProbe(
    {
      ...{ name: 'comment-author', question: 'Does a comment say who wrote it?' },
      ...{ knob: 'commentAuthors', assumed: 'present' },
      asks: ['POST /{media}/comments', 'GET /{media}/comments'],
    },
    async (api, { mediaId }) => {
      const text = api.uniqueText()
      const made = await comment(api, mediaId, text)
      if (made.id === undefined) return unclear(made)
      const listed = await api.call('GET', `/${mediaId}/comments?fields=id,text,from`)
      if (!listed.body.includes(text)) return unclear(listed)
      return observe(listed.body.includes('"from"') ? 'present' : 'withheld', listed)
    },
  ),
  postProbe(
    {
      ...{ name: 'mentions-read-back', question: 'Does a caption keep its @ when it is read back?' },
      ...{ knob: 'mentionsReadBack', assumed: 'kept', login: 'facebook', asks: ['GET /{media}'] },
      toCaption: (text) => `${text} @instagram`,
    },
    async (api, { mediaId, caption }) => {
      const read = await api.call('GET', `/${mediaId}?fields=caption`)
      if (read.json.caption === caption) return observe('kept', read)
      return read.json.caption === caption.replaceAll('@', '') ? observe('dropped', read) : unclear(read)
    },
  ),
  postProbe(
    {
      ...{ name: 'delete-twice', question: 'What does deleting a post that is gone answer?' },
      ...{ knob: 'deleteMissing', assumed: 'not_found', login: 'facebook', asks: ['DELETE /{media} again'] },
    },
    async (api, { mediaId }) => {
      const first = await api.remove(mediaId)
      if (first.status !== 200) return unclear(first)
      const second = await api.remove(mediaId)
      if (second.status === 200) return observe('deleted', second)
      return isRefused(second) ? observe('not_found', second) : unclear(second)
    },
  ),
  postProbe(
    {
      ...{ name: 'delete-by-instagram', question: 'Can the login with Instagram delete a post?' },
      ...{ assumed: 'unsupported', login: 'instagram', asks: ['DELETE /{media}'] },
    },
    async (api, { mediaId }) => {
      const answer = await api.remove(mediaId)
      if (answer.status === 200) return observe('works', answer)
      return isRefused(answer) ? observe('unsupported', answer) : unclear(answer)
    },
  ),
]
