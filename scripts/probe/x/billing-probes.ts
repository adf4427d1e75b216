import type { Observation, Probe, ProbeRequest } from '../probe-definition.ts'
import type { XAnswer } from './call-x.ts'
import { readSample, uploadImage, uploadVideo } from './media-calls.ts'
import { balance } from './needs.ts'
import { isDuplicate, notAsked, unclear } from './observe.ts'
import { free, post, postWithUrl, readMe, readPost, remove, toMicroUsd, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

/** Something whose price is looked at: `prepare` comes before the first look at the balance, what it returns between the looks. */
interface Purchase {
  readonly name: string
  readonly what: string
  readonly knob: string
  readonly assumedMicroUsd: number
  readonly requests: readonly ProbeRequest[]
  prepare(api: XProbeApi): Promise<(() => Promise<XAnswer>) | Observation>
}

const purchases: readonly Purchase[] = [
  {
    name: 'price-of-deleting',
    what: 'deleting a post',
    knob: 'deleteBilling',
    assumedMicroUsd: remove.costMicroUsd,
    requests: [post, remove],
    prepare: (api) => afterPost(api, (id) => api.remove(id)),
  },
  {
    name: 'price-of-uploading-a-picture',
    what: 'uploading a picture',
    knob: 'prices',
    assumedMicroUsd: uploadMedia.costMicroUsd,
    requests: [uploadMedia],
    prepare: async (api) => async () => uploadImage(api, await readSample('photo.jpg')),
  },
  {
    name: 'price-of-uploading-a-video',
    what: 'uploading a video, looks at its processing included',
    knob: 'prices',
    assumedMicroUsd: uploadMedia.costMicroUsd,
    requests: [uploadMedia],
    prepare: async (api) => async () => (await uploadVideo(api)).answer,
  },
  {
    name: 'price-of-bare-domain',
    what: 'a post with a link without protocol',
    knob: 'pricedUrls',
    assumedMicroUsd: postWithUrl.costMicroUsd,
    requests: [postWithUrl, remove],
    prepare: async (api) => () => api.post(`${api.uniqueText()} example.com`),
  },
  {
    name: 'price-of-short-link',
    what: "a post with one of X's own short links",
    knob: 'pricedUrls',
    assumedMicroUsd: postWithUrl.costMicroUsd,
    requests: [postWithUrl, postWithUrl, remove, remove],
    async prepare(api) {
      const made = await api.post(`${api.uniqueText()} https://example.com`)
      const short = /https:\/\/t\.co\/\w+/.exec(made.body)?.[0]
      return made.id && short ? () => api.post(`${api.uniqueText()} ${short}`) : unclear(made)
    },
  },
  {
    name: 'price-of-mention-with-dot',
    what: 'a post with a mention that ends like a domain, here of the account itself',
    knob: 'pricedUrls',
    assumedMicroUsd: post.costMicroUsd,
    requests: [readMe, post, remove],
    async prepare(api) {
      const { username } = await api.readMe()
      return () => api.post(`${api.uniqueText()} @${username}.com`)
    },
  },
  {
    name: 'price-of-link-to-post',
    what: 'a post with a link to an own post',
    knob: 'pricedUrls',
    assumedMicroUsd: postWithUrl.costMicroUsd,
    requests: [readMe, post, postWithUrl, remove, remove],
    async prepare(api) {
      const { username } = await api.readMe()
      return afterPost(api, (id) => api.post(`${api.uniqueText()} https://x.com/${username}/status/${id}`))
    },
  },
  {
    name: 'price-of-link-to-media',
    what: 'a post with a picture, to which X adds a link of its own',
    knob: 'prices',
    assumedMicroUsd: post.costMicroUsd,
    requests: [uploadMedia, post, remove],
    async prepare(api) {
      const { id, ...uploaded } = await uploadImage(api, await readSample('photo.jpg'))
      return id ? () => api.post(api.uniqueText(), { media: { media_ids: [id] } }) : unclear({ id, ...uploaded })
    },
  },
  {
    name: 'price-of-self-reply',
    what: 'a reply to an own post',
    knob: 'selfReplyBilling',
    assumedMicroUsd: post.costMicroUsd,
    requests: [post, post, remove, remove],
    prepare: (api) => afterPost(api, (id) => api.post(api.uniqueText(), { reply: { in_reply_to_tweet_id: id } })),
  },
  {
    name: 'price-of-edit',
    what: 'an edit',
    knob: 'editBilling',
    assumedMicroUsd: post.costMicroUsd,
    requests: [readMe, post, post, remove, remove],
    async prepare(api) {
      if (!(await api.readMe()).isPaying) return notAsked('Needs an account with Premium; this one has none.')
      return afterPost(api, (id) => api.post(api.uniqueText(), { edit_options: { previous_post_id: id } }))
    },
  },
  {
    name: 'price-of-refusal',
    what: 'a post that is refused as a duplicate',
    knob: 'refusedWrites',
    assumedMicroUsd: 0,
    requests: [post, post, remove, remove],
    async prepare(api) {
      const text = api.uniqueText()
      const made = await api.post(text)
      return made.id ? () => api.post(text) : unclear(made)
    },
  },
  {
    name: 'price-of-analytics',
    what: 'reading /2/tweets/analytics of a post',
    knob: 'prices',
    assumedMicroUsd: toMicroUsd('post.read'),
    requests: [post, readPost, remove],
    prepare: (api) =>
      afterPost(api, (id) => {
        const query = { ids: id, start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-02T00:00:00Z' }
        return api.call('GET', `/2/tweets/analytics?${new URLSearchParams({ ...query, granularity: 'total' })}`)
      }),
  },
  {
    name: 'price-of-included-objects',
    what: 'reading a post together with its poll',
    knob: 'prices',
    assumedMicroUsd: readPost.costMicroUsd,
    requests: [post, readPost, remove],
    async prepare(api) {
      const made = await api.post(api.uniqueText(), { poll: { options: ['Red', 'Blue'], duration_minutes: 5 } })
      const path = `/2/tweets/${made.id}?expansions=attachments.poll_ids&poll.fields=voting_status`
      return made.id ? () => api.call('GET', path) : unclear(made)
    },
  },
]

const mediaPurchases: readonly Purchase[] = [
  {
    name: 'price-of-included-media',
    what: 'reading a post together with its picture',
    knob: 'prices',
    assumedMicroUsd: readPost.costMicroUsd,
    requests: [uploadMedia, post, readPost, remove],
    async prepare(api) {
      const uploaded = await uploadImage(api, await readSample('photo.jpg'))
      if (!uploaded.id) return unclear(uploaded)
      const made = await api.post(api.uniqueText(), { media: { media_ids: [uploaded.id] } })
      const path = `/2/tweets/${made.id}?expansions=attachments.media_keys&media.fields=type`
      return made.id ? () => api.call('GET', path) : unclear(made)
    },
  },
  {
    name: 'price-of-media-analytics',
    what: 'reading /2/media/analytics of a video',
    knob: 'prices',
    assumedMicroUsd: toMicroUsd('post.read'),
    requests: [uploadMedia, post, readPost, remove],
    async prepare(api) {
      const { mediaId, answer } = await uploadVideo(api)
      const { media_key: key } = answer.data
      if (!mediaId || typeof key !== 'string') return unclear(answer)
      const made = await api.post(api.uniqueText(), { media: { media_ids: [mediaId] } })
      const query = { media_keys: key, start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-02T00:00:00Z' }
      const path = `/2/media/analytics?${new URLSearchParams({ ...query, granularity: 'total' })}`
      return made.id ? () => api.call('GET', path) : unclear(made)
    },
  },
]

export const billingProbes: readonly Probe<XProbeApi>[] = [...purchases, ...mediaPurchases].map(toProbe)

function toProbe({ name, what, knob, assumedMicroUsd, requests, prepare }: Purchase): Probe<XProbeApi> {
  return {
    name,
    question: `What does ${what} cost?`,
    knob,
    assumed: toUsd(assumedMicroUsd),
    needs: [balance],
    requests: [...requests, free('and two looks at the balance')],
    async run(api) {
      const buy = await prepare(api)
      if (typeof buy !== 'function') return buy
      const before = await api.readBalanceMicroUsd()
      const answer = await buy()
      const after = await api.readBalanceMicroUsd()
      const detail = `The balance fell by ${toUsd(before - after)}. ${answer.status}`
      if (answer.status >= 300 && !isDuplicate(answer)) return unclear(answer)
      return { value: toUsd(before - after), detail }
    },
  }
}

async function afterPost(
  api: XProbeApi,
  buy: (id: string) => Promise<XAnswer>,
): Promise<(() => Promise<XAnswer>) | Observation> {
  const { id, ...made } = await api.post(api.uniqueText())
  return id ? () => buy(id) : unclear({ id, ...made })
}

function toUsd(microUsd: number): string {
  return `$${microUsd / 1_000_000}`
}
