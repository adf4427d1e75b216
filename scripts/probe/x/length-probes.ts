import type { Probe } from '../probe-definition.ts'
import { conclude, hasId, isRefused, notAsked } from './observe.ts'
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
    const answer = api.post(`${api.uniqueText()} `.padEnd(isPaying ? 25_001 : 281, 'x'))
    return conclude(answer, {
      code_186: ({ body }) => /\b186\b|a bit shorter/i.test(body),
      not_permitted: ({ body }) => /not permitted/i.test(body),
    })
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
    const answer = api.post(`${api.uniqueText()} ${'看'.repeat(12_500)}`)
    return conclude(answer, { characters: hasId, weighted: isRefused })
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
    const answer = api.post(`${api.uniqueText()} ${'long '.repeat(80)}`, { poll })
    return conclude(answer, { accepted: hasId, refused: isRefused })
  },
}

export const lengthProbes: readonly Probe<XProbeApi>[] = [overLength, countingUnit, longPoll]
