import type { Probe } from '../probe-definition.ts'
import { conclude, hasStatus, observe, unclear, withId, withStatus } from './observe.ts'
import { postUntilTaken } from './post-until-taken.ts'
import { post, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const createAnswer: Probe<XProbeApi> = {
  name: 'create-answer',
  question: 'Which vocabulary does the answer to a new post use?',
  knob: 'createAnswer',
  assumed: 'legacy',
  requests: [post, remove],
  async run(api) {
    const answer = await withId(api.post(api.uniqueText()))
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
    const { id } = await withId(api.post(api.uniqueText()))
    await withStatus(200, api.remove(id))
    return conclude(api.remove(id), { not_found: hasStatus(404), deleted: hasStatus(200) })
  },
}

const deleteUnknown: Probe<XProbeApi> = {
  name: 'delete-unknown',
  question: 'What does deleting a post answer that never existed?',
  knob: 'deleteMissing',
  assumed: 'not_found',
  requests: [remove],
  // The first post of all has the number 20.
  run: (api) => conclude(api.remove('1'), { not_found: hasStatus(404), deleted: hasStatus(200) }),
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
    const { id } = await withId(api.post(api.uniqueText()))
    return postUntilTaken(api, { reply: { in_reply_to_tweet_id: id } })
  },
}

const dayLimits: Probe<XProbeApi> = {
  name: 'headers-of-day-limits',
  question: 'Does the answer to a new post say what is left of 24 hours?',
  knob: 'dayHeaders',
  assumed: 'absent',
  requests: [post, remove],
  async run(api) {
    const answer = await withId(api.post(api.uniqueText()))
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
