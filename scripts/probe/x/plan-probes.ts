import type { Observation, Probe } from '../probe-definition.ts'
import type { XAnswer } from './call-x.ts'
import { stranger, strangerPost, tokenWithLikes } from './needs.ts'
import { conclude, hasId, hasStatus, isRefused, observe, toProblemType, unclear, withId } from './observe.ts'
import { interact, post, readMe, remove, undoInteraction } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const quote: Probe<XProbeApi> = {
  name: 'quote',
  question: 'How does the plan refuse a quote, here of an own post?',
  knob: 'planRules',
  assumed: 'refused',
  requests: [post, post, remove, remove],
  async run(api) {
    const { id } = await withId(api.post(api.uniqueText()))
    return toAllowed(api.post(api.uniqueText(), { quote_tweet_id: id }))
  },
}

const like: Probe<XProbeApi> = {
  name: 'like',
  question: 'How does the plan refuse a like, here of an own post?',
  knob: 'planRefusal',
  assumed: 'client_forbidden',
  needs: [tokenWithLikes],
  requests: [readMe, post, interact, undoInteraction, remove],
  async run(api) {
    const { id } = await api.readMe()
    const token = api.given[tokenWithLikes.key]
    const made = await withId(api.post(api.uniqueText()))
    const answer = await api.call('POST', `/2/users/${id}/likes`, { json: { tweet_id: made.id }, token })
    const undo = () => api.call('DELETE', `/2/users/${id}/likes/${made.id}`, { token })
    if (answer.status === 200) api.undoLater(`like of ${made.id}`, undo)
    if (answer.status === 200) return observe('accepted', answer)
    if (answer.status !== 403 || !isRefused(answer)) return unclear(answer)
    return observe(toProblemType(answer) === 'client-forbidden' ? 'client_forbidden' : 'forbidden', answer)
  },
}

const reposts: Probe<XProbeApi> = {
  name: 'repost',
  question: 'Does the plan let reposts through, here of an own post?',
  knob: 'reposts',
  assumed: 'open',
  requests: [readMe, post, interact, undoInteraction, remove],
  async run(api) {
    const { answer } = await repostOwn(api)
    return conclude(answer, { open: hasStatus(200), refused: isRefused })
  },
}

const repostTwice: Probe<XProbeApi> = {
  name: 'repost-twice',
  question: 'What does reposting again answer?',
  knob: 'repeatedRepost',
  assumed: 'refused',
  requests: [readMe, post, interact, interact, undoInteraction, remove],
  async run(api) {
    const { answer, again } = await repostOwn(api)
    if (answer.status !== 200) return unclear(answer)
    return conclude(again(), { accepted: hasStatus(200), refused: isRefused })
  },
}

const mention: Probe<XProbeApi> = {
  name: 'mention-of-stranger',
  question: 'May a post mention an account that never mentioned this one?',
  knob: 'strangerMentions',
  assumed: 'accepted',
  needs: [stranger],
  requests: [post, remove],
  run: (api) => toAllowed(api.post(`${api.uniqueText()} @${api.given[stranger.key]?.replace(/^@/, '')}`)),
}

const reply: Probe<XProbeApi> = {
  name: 'reply-to-stranger',
  question: 'How is a reply refused to somebody who never mentioned the account?',
  knob: 'planRules',
  assumed: 'refused',
  needs: [strangerPost],
  requests: [post, remove],
  run: (api) => toAllowed(api.post(api.uniqueText(), { reply: { in_reply_to_tweet_id: api.given[strangerPost.key] } })),
}

export const planProbes: readonly Probe<XProbeApi>[] = [quote, like, reposts, repostTwice, mention, reply]

function toAllowed(answer: Promise<XAnswer>): Promise<Observation> {
  return conclude(answer, { accepted: hasId, refused: (given) => given.status === 403 && isRefused(given) })
}

async function repostOwn(api: XProbeApi) {
  const { id } = await api.readMe()
  const made = await api.post(api.uniqueText())
  const again = () => api.call('POST', `/2/users/${id}/retweets`, { json: { tweet_id: made.id } })
  if (!made.id) return { answer: made, again }
  const answer = await again()
  const undo = () => api.call('DELETE', `/2/users/${id}/retweets/${made.id}`)
  if (answer.status === 200) api.undoLater(`repost of ${made.id}`, undo)
  return { answer, again }
}
