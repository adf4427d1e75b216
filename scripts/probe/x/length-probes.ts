import type { Probe } from '../probe-definition.ts'
import { isRefused, notAsked, observe, unclear } from './observe.ts'
import { post, readMe, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const needsPremium = notAsked('Needs an account with Premium; this one has none.')

const overLength: Probe<XProbeApi> = {
  name: 'over-length',
  question: 'What refuses a text that is one character too long for the account?',
  knob: 'overLength',
  assumed: 'not_permitted',
  requests: [readMe, post],
  async run(api) {
    const { isPaying } = await api.readMe()
    const answer = await api.post(`${api.uniqueText()} `.padEnd(isPaying ? 25_001 : 281, 'x'))
    if (/\b186\b|a bit shorter/i.test(answer.body)) return observe('code_186', answer)
    return /not permitted/i.test(answer.body) ? observe('not_permitted', answer) : unclear(answer)
  },
}

const countingUnit: Probe<XProbeApi> = {
  name: 'counting-of-long-texts',
  question: 'Does a long text count weighted, so that 12,501 Chinese characters are too many?',
  knob: 'longTextUnit',
  assumed: 'weighted',
  requests: [readMe, post, remove],
  async run(api) {
    if (!(await api.readMe()).isPaying) return needsPremium
    const answer = await api.post(`${api.uniqueText()} ${'看'.repeat(12_500)}`)
    if (answer.id) return observe('characters', answer)
    return isRefused(answer) ? observe('weighted', answer) : unclear(answer)
  },
}

const longPoll: Probe<XProbeApi> = {
  name: 'poll-with-long-text',
  question: 'May a text of more than 280 characters have a poll?',
  knob: 'longPolls',
  assumed: 'accepted',
  requests: [readMe, post, remove],
  async run(api) {
    if (!(await api.readMe()).isPaying) return needsPremium
    const poll = { options: ['Red', 'Blue'], duration_minutes: 5 }
    const answer = await api.post(`${api.uniqueText()} ${'long '.repeat(80)}`, { poll })
    if (answer.id) return observe('accepted', answer)
    return isRefused(answer) ? observe('refused', answer) : unclear(answer)
  },
}

export const lengthProbes: readonly Probe<XProbeApi>[] = [overLength, countingUnit, longPoll]
