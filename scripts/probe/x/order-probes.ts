import type { Probe } from '../probe-definition.ts'
import { limitReached, tokenWithoutMedia } from './needs.ts'
import { isDuplicate, observe, unclear } from './observe.ts'
import { free, post, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

/** Refused for its form before anything is made. */
const badBody = (text: string) => ({ json: { text, reply_settings: 'nobody' } })

const tokenFirst: Probe<XProbeApi> = {
  name: 'order-of-token',
  question: 'What is checked first, the token or the values?',
  knob: 'checkOrder',
  assumed: 'token',
  requests: [free('POST /2/tweets with a wrong token')],
  async run(api) {
    const answer = await api.call('POST', '/2/tweets', { ...badBody(api.uniqueText()), token: 'no-token' })
    if (answer.status === 401) return observe('token', answer)
    return answer.status === 400 ? observe('values', answer) : unclear(answer)
  },
}

const scopeFirst: Probe<XProbeApi> = {
  name: 'order-of-scopes',
  question: 'What is checked first, the scopes or the values, and what does a missing scope answer?',
  knob: 'checkOrder',
  assumed: 'scopes',
  needs: [tokenWithoutMedia],
  requests: [free('POST /2/media/upload/initialize')],
  async run(api) {
    const token = api.given[tokenWithoutMedia.key]
    const answer = await api.call('POST', '/2/media/upload/initialize', { json: { media_type: 'no/type' }, token })
    if (answer.status === 403) return observe('scopes', answer)
    return answer.status === 400 ? observe('values', answer) : unclear(answer)
  },
}

const moneyFirst: Probe<XProbeApi> = {
  name: 'order-of-money',
  question: 'What is checked first, the money or the values?',
  knob: 'checkOrder',
  assumed: 'money',
  needs: [limitReached],
  requests: [free('POST /2/tweets with a wrong value')],
  async run(api) {
    const answer = await api.call('POST', '/2/tweets', badBody(api.uniqueText()))
    if (answer.status === 402 || /SpendCapReached/.test(answer.body)) return observe('money', answer)
    return answer.status === 400 ? observe('values', answer) : unclear(answer)
  },
}

const limitsFirst: Probe<XProbeApi> = {
  name: 'order-of-limits',
  question: 'What is checked first, the limits or the values? A refused value then uses the window up.',
  knob: 'checkOrder',
  assumed: 'limits',
  requests: [post, free('POST /2/tweets with a wrong value'), post, remove, remove],
  async run(api) {
    const before = await api.post(api.uniqueText())
    if (before.remaining === undefined) return unclear(before)
    const refused = await api.call('POST', '/2/tweets', badBody(api.uniqueText()))
    if (refused.status !== 400) return unclear(refused)
    const after = await api.post(api.uniqueText())
    if (after.remaining === undefined) return unclear(after)
    const used = before.remaining - after.remaining
    const detail = `${before.remaining} were left, then ${after.remaining} after a refusal and a post.`
    return { value: used === 2 ? 'limits' : used === 1 ? 'values' : undefined, detail }
  },
}

const valuesFirst: Probe<XProbeApi> = {
  name: 'order-of-rules',
  question: 'What is checked first, the values or the rules, here about duplicates?',
  knob: 'checkOrder',
  assumed: 'values',
  requests: [post, post, remove],
  async run(api) {
    const text = api.uniqueText()
    const made = await api.post(text)
    if (!made.id) return unclear(made)
    const again = await api.post(text, { reply_settings: 'nobody' })
    if (again.status === 400) return observe('values', again)
    return isDuplicate(again) ? observe('rules', again) : unclear(again)
  },
}

export const orderProbes: readonly Probe<XProbeApi>[] = [tokenFirst, scopeFirst, moneyFirst, limitsFirst, valuesFirst]
