import type { Probe } from '../probe-definition.ts'
import { observe, toDetail, unclear } from './observe.ts'
import { post, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

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
    if (second.status === 404) return observe('not_found', second)
    return second.status === 200 ? observe('deleted', second) : unclear(second)
  },
}

const deleteUnknown: Probe<XProbeApi> = {
  name: 'delete-unknown',
  question: 'What does deleting a post answer that never existed?',
  knob: 'deleteMissing',
  assumed: 'not_found',
  requests: [remove],
  async run(api) {
    // The first post of all has the number 20.
    const answer = await api.remove('1')
    if (answer.status === 404) return observe('not_found', answer)
    return answer.status === 200 ? observe('deleted', answer) : unclear(answer)
  },
}

const whitespace: Probe<XProbeApi> = {
  name: 'whitespace',
  question: 'Is white space at both ends of a text kept?',
  knob: 'outerSpace',
  assumed: 'trimmed',
  requests: [post, remove],
  async run(api) {
    const text = api.uniqueText()
    const made = await api.post(`  ${text}  `)
    if (!made.id || typeof made.data.text !== 'string') return unclear(made)
    return observe(made.data.text === text ? 'trimmed' : 'kept', made)
  },
}

const replyLag: Probe<XProbeApi> = {
  name: 'reply-lag',
  question: 'Can a new post be answered at once?',
  knob: 'replyLagMs',
  assumed: 'at_once',
  requests: [post, post, remove, remove],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    const text = api.uniqueText()
    const reply = { reply: { in_reply_to_tweet_id: made.id } }
    const first = await api.post(text, reply)
    if (first.id) return observe('at_once', first)
    for (const seconds of [2, 5, 10]) {
      await api.sleep(seconds * 1_000)
      const again = await api.post(text, reply)
      if (again.id)
        return { value: 'later', detail: `Accepted when ${seconds} more s had passed. At first ${toDetail(first)}` }
    }
    return unclear(first)
  },
}

const dayLimits: Probe<XProbeApi> = {
  name: 'headers-of-day-limits',
  question: 'Does the answer to a new post say what is left of 24 hours?',
  knob: 'dayHeaders',
  assumed: 'absent',
  requests: [post, remove],
  async run(api) {
    const answer = await api.post(api.uniqueText())
    if (!answer.id) return unclear(answer)
    const names = [...answer.headers.keys()].filter((name) => name.includes('limit'))
    const isThere = names.some((name) => /^x-(?:app|user)-limit-24hour/.test(name))
    return { value: isThere ? 'present' : 'absent', detail: names.join(', ') || 'No headers about limits.' }
  },
}

/** In the order in which they are asked. */
export const postProbes: readonly Probe<XProbeApi>[] = [
  createAnswer,
  deleteMissing,
  deleteUnknown,
  whitespace,
  replyLag,
  dayLimits,
]
