import type { Observation, Probe } from '../probe-definition.ts'
import { post, readMe, readTimeline, remove } from './prices.ts'
import type { XAnswer, XProbeApi } from './probe-api.ts'

const createAnswer: Probe<XProbeApi> = {
  name: 'create-answer',
  question: 'Which vocabulary does the answer to a new post use?',
  knob: 'createAnswer',
  assumed: 'legacy',
  requests: [post, remove],
  async run(api) {
    const answer = await api.post(api.uniqueText())
    if (!answer.id) return unclear(answer)
    const keys = Object.keys(answer.data)
    const legacy = keys.includes('edit_history_tweet_ids')
    return {
      value: legacy ? 'legacy' : keys.includes('edit_history_post_ids') ? 'current' : 'neither',
      detail: keys.join(', '),
    }
  },
}

const deleteMissing: Probe<XProbeApi> = {
  name: 'delete-twice',
  question: 'What does deleting a post that is gone answer?',
  knob: 'deleteMissing',
  assumed: 'not_found',
  requests: [post, remove, remove],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    const first = await api.remove(made.id)
    if (first.status !== 200) return unclear(first)
    const second = await api.remove(made.id)
    if (second.status === 404) return { value: 'not_found', detail: toDetail(second) }
    return second.status === 200 ? { value: 'deleted', detail: toDetail(second) } : unclear(second)
  },
}

const duplicate: Probe<XProbeApi> = {
  name: 'duplicate',
  question: 'Is a text refused as a duplicate while the first post is there?',
  knob: 'duplicateWindowMs',
  assumed: 'refused',
  requests: [post, post, remove, remove],
  async run(api) {
    const text = api.uniqueText()
    const made = await api.post(text)
    if (!made.id) return unclear(made)
    const again = await api.post(text)
    if (again.id) return { value: 'accepted', detail: toDetail(again) }
    return isDuplicate(again) ? { value: 'refused', detail: toDetail(again) } : unclear(again)
  },
}

const duplicateSurvivesDelete: Probe<XProbeApi> = {
  name: 'duplicate-after-delete',
  question: 'Is a text refused as a duplicate when the first post was deleted?',
  knob: 'duplicateSurvivesDelete',
  assumed: 'true',
  requests: [post, remove, post, remove],
  async run(api) {
    const text = api.uniqueText()
    const made = await api.post(text)
    if (!made.id) return unclear(made)
    const gone = await api.remove(made.id)
    if (gone.status !== 200) return unclear(gone)
    const again = await api.post(text)
    if (again.id) return { value: 'false', detail: toDetail(again) }
    return isDuplicate(again) ? { value: 'true', detail: toDetail(again) } : unclear(again)
  },
}

const overLength: Probe<XProbeApi> = {
  name: 'over-length',
  question: 'What refuses a text that is longer than any account may post?',
  knob: 'overLength',
  assumed: 'not_permitted',
  requests: [post],
  async run(api) {
    const answer = await api.post(`${api.uniqueText()} `.padEnd(25_001, 'x'))
    if (/\b186\b|a bit shorter/i.test(answer.body)) return { value: 'code_186', detail: toDetail(answer) }
    return /not permitted/i.test(answer.body) ? { value: 'not_permitted', detail: toDetail(answer) } : unclear(answer)
  },
}

const timelineLag: Probe<XProbeApi> = {
  name: 'timeline-lag',
  question: 'Is a new post in the timeline of its author at once?',
  knob: 'timelineLagMs',
  assumed: 'at_once',
  requests: [post, readMe, readTimeline, readTimeline, remove],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    const first = await api.listNewest()
    if (first.status !== 200) return unclear(first)
    if (first.body.includes(made.id)) return { value: 'at_once', detail: 'In the first listing.' }
    await api.sleep(10_000)
    const second = await api.listNewest()
    if (second.status !== 200) return unclear(second)
    return second.body.includes(made.id)
      ? { value: 'later', detail: 'Missing at first, there after 10 s.' }
      : { value: 'later', detail: 'Still missing after 10 s.' }
  },
}

const replyLag: Probe<XProbeApi> = {
  name: 'reply-lag',
  question: 'Can a new post be answered at once?',
  knob: 'replyLagMs',
  assumed: 'at_once',
  requests: [post, post, post, remove, remove],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    const text = api.uniqueText()
    const reply = { reply: { in_reply_to_tweet_id: made.id } }
    const first = await api.post(text, reply)
    if (first.id) return { value: 'at_once', detail: toDetail(first) }
    await api.sleep(10_000)
    const second = await api.post(text, reply)
    return second.id ? { value: 'later', detail: `At first ${toDetail(first)}` } : unclear(second)
  },
}

/** In the order in which they are asked. */
export const postProbes: readonly Probe<XProbeApi>[] = [
  createAnswer,
  deleteMissing,
  duplicate,
  duplicateSurvivesDelete,
  overLength,
  timelineLag,
  replyLag,
]

function isDuplicate(answer: XAnswer): boolean {
  return answer.status === 403 && /duplicate/i.test(answer.body)
}

function unclear(answer: XAnswer): Observation {
  return { value: undefined, detail: toDetail(answer) }
}

function toDetail({ status, body }: XAnswer): string {
  return `${status} ${body.slice(0, 200)}`
}
