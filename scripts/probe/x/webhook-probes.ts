import type { Probe } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'
import { appToken } from './needs.ts'
import { conclude, hasStatus, isRefused, observe, toProblemType, unclear } from './observe.ts'
import { free, readMe } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const subscribe = free('POST /2/activity/subscriptions')
const unsubscribe = free('DELETE /2/activity/subscriptions/{id}')

const subscriptionAnswer: Probe<XProbeApi> = {
  name: 'subscription-answer',
  question: 'How is the answer to a new subscription of events nested?',
  knob: 'subscriptionAnswer',
  assumed: 'nested',
  needs: [appToken],
  requests: [readMe, subscribe, unsubscribe],
  async run(api) {
    const { id } = await api.readMe()
    const answer = await subscribeTo(api, { event_type: 'post.create', filter: { user_id: id }, tag: api.uniqueText() })
    if (answer.status >= 300) return unclear(answer)
    const { data } = toRecord(answer.json)
    if (Array.isArray(data)) return observe('list', answer)
    return observe('subscription' in toRecord(data) ? 'nested' : 'flat', answer)
  },
}

const revokeEvents: Probe<XProbeApi> = {
  name: 'subscription-to-revoked-logins',
  question: 'Can an app subscribe to logins that people revoke?',
  knob: 'revokeEvents',
  assumed: 'refused',
  needs: [appToken],
  requests: [subscribe, unsubscribe],
  async run(api) {
    const answer = subscribeTo(api, { event_type: 'oauth.revoke', filter: {}, tag: api.uniqueText() })
    return conclude(answer, { accepted: ({ status }) => status < 300, refused: isRefused })
  },
}

const webhookRefusal: Probe<XProbeApi> = {
  name: 'webhook-refusal',
  question: 'What is around the reason why X refuses an address for webhooks, here one with a port?',
  knob: 'webhookRefusal',
  assumed: '400 invalid-request',
  needs: [appToken],
  requests: [free('POST /2/webhooks')],
  async run(api) {
    const token = api.given[appToken.key]
    const answer = await api.call('POST', '/2/webhooks', { json: { url: 'https://example.com:8443/x' }, token })
    if (answer.id)
      api.undoLater(`webhook ${answer.id}`, () => api.call('DELETE', `/2/webhooks/${answer.id}`, { token }))
    return isRefused(answer) ? observe(`${answer.status} ${toProblemType(answer)}`, answer) : unclear(answer)
  },
}

const credits: Probe<XProbeApi> = {
  name: 'usage-of-credits',
  question: 'Does /2/usage/credits say what is left?',
  knob: 'usageCredits',
  assumed: 'absent',
  needs: [appToken],
  requests: [free('GET /2/usage/credits')],
  async run(api) {
    const answer = api.call('GET', '/2/usage/credits', { token: api.given[appToken.key] })
    return conclude(answer, { answers: hasStatus(200), absent: isRefused })
  },
}

const readsCap: Probe<XProbeApi> = {
  name: 'cap-of-reads',
  question: 'How many posts may the plan read in a cycle?',
  knob: 'postReadsMax',
  assumed: '3000000',
  needs: [appToken],
  requests: [free('GET /2/usage/tweets')],
  async run(api) {
    const path = '/2/usage/tweets?usage.fields=project_cap'
    const answer = await api.call('GET', path, { token: api.given[appToken.key] })
    const { project_cap: cap } = answer.data
    return typeof cap === 'string' || typeof cap === 'number' ? observe(String(cap), answer) : unclear(answer)
  },
}

export const webhookProbes: readonly Probe<XProbeApi>[] = [
  subscriptionAnswer,
  revokeEvents,
  webhookRefusal,
  credits,
  readsCap,
]

async function subscribeTo(api: XProbeApi, json: object): Promise<XAnswer> {
  const token = api.given[appToken.key]
  const answer = await api.call('POST', '/2/activity/subscriptions', { json, token })
  for (const id of toSubscriptionIds(toRecord(answer.json).data)) {
    const undo = () => api.call('DELETE', `/2/activity/subscriptions/${id}`, { token })
    api.undoLater(`subscription ${id}`, undo)
  }
  return answer
}

/** X documents three shapes. */
function toSubscriptionIds(data: unknown): readonly unknown[] {
  const given = Array.isArray(data) ? data : [toRecord(data).subscription ?? data]
  return given.flatMap((each) => toRecord(each).subscription_id ?? [])
}
