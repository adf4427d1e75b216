import type { Probe } from '../probe-definition.ts'
import type { XAnswer } from './call-x.ts'
import { limitReached, tokenOfLockedAccount, tokenOutsideProject, tokenWithoutMedia } from './needs.ts'
import { conclude, hasStatus, isDuplicate, toProblemType, unclear, withId, withStatus } from './observe.ts'
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
    const request = { ...badBody(api.uniqueText()), token: 'no-token' }
    return conclude(api.call('POST', '/2/tweets', request), { token: hasStatus(401), values: hasStatus(400) })
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
    const answer = api.call('POST', '/2/media/upload/initialize', { json: { media_type: 'no/type' }, token })
    return conclude(answer, { scopes: hasStatus(403), values: hasStatus(400) })
  },
}

const moneyFirst: Probe<XProbeApi> = {
  name: 'order-of-money',
  question: 'What is checked first, the money or the values?',
  knob: 'checkOrder',
  assumed: 'money',
  needs: [limitReached],
  requests: [free('POST /2/tweets with a wrong value')],
  run: (api) =>
    conclude(api.call('POST', '/2/tweets', badBody(api.uniqueText())), { money: isAboutMoney, values: hasStatus(400) }),
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
    await withStatus(400, api.call('POST', '/2/tweets', badBody(api.uniqueText())))
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
    await withId(api.post(text))
    return conclude(api.post(text, { reply_settings: 'nobody' }), { values: hasStatus(400), rules: isDuplicate })
  },
}

const enrolmentFirst: Probe<XProbeApi> = {
  name: 'order-of-enrolment',
  question: 'What is checked first, whether the app is in a project or the values?',
  knob: 'checkOrder',
  assumed: 'enrolment',
  needs: [tokenOutsideProject],
  requests: [free('POST /2/tweets with a wrong value')],
  async run(api) {
    const token = api.given[tokenOutsideProject.key]
    return conclude(api.call('POST', '/2/tweets', { ...badBody(api.uniqueText()), token }), {
      enrolment: (answer) => toProblemType(answer) === 'client-forbidden',
      values: hasStatus(400),
    })
  },
}

const accountStateFirst: Probe<XProbeApi> = {
  name: 'order-of-account-state',
  question: 'What is checked first, the values or whether the account is locked or suspended?',
  knob: 'checkOrder',
  assumed: 'values',
  needs: [tokenOfLockedAccount],
  requests: [free('POST /2/tweets with a wrong value')],
  async run(api) {
    const token = api.given[tokenOfLockedAccount.key]
    return conclude(api.call('POST', '/2/tweets', { ...badBody(api.uniqueText()), token }), {
      values: hasStatus(400),
      account: ({ status, body }) => status === 403 && /lock|suspend|\b(?:64|326)\b/i.test(body),
    })
  },
}

const scopesBeforeMoney: Probe<XProbeApi> = {
  name: 'order-of-scopes-and-money',
  question: 'What is checked first, the scopes or the money?',
  knob: 'checkOrder',
  assumed: 'scopes',
  needs: [tokenWithoutMedia, limitReached],
  requests: [free('POST /2/media/upload/initialize')],
  async run(api) {
    const token = api.given[tokenWithoutMedia.key]
    const json = { media_type: 'video/mp4', total_bytes: 1_000, media_category: 'tweet_video' }
    const answer = api.call('POST', '/2/media/upload/initialize', { json, token })
    return conclude(answer, { money: isAboutMoney, scopes: hasStatus(403) })
  },
}

const moneyBeforeLimits: Probe<XProbeApi> = {
  name: 'order-of-money-and-limits',
  question:
    'What is checked first, the money or the limits? A call refused for money then leaves the window as it was.',
  knob: 'checkOrder',
  assumed: 'money',
  needs: [limitReached],
  requests: [free('GET /2/users/me, twice')],
  async run(api) {
    const first = await api.call('GET', '/2/users/me')
    const second = await api.call('GET', '/2/users/me')
    if (!isAboutMoney(second) || first.remaining === undefined || second.remaining === undefined) return unclear(second)
    const detail = `${first.remaining} were left, then ${second.remaining}.`
    return { value: first.remaining === second.remaining ? 'money' : 'limits', detail }
  },
}

export const orderProbes: readonly Probe<XProbeApi>[] = [
  tokenFirst,
  enrolmentFirst,
  scopeFirst,
  moneyFirst,
  limitsFirst,
  valuesFirst,
  accountStateFirst,
  scopesBeforeMoney,
  moneyBeforeLimits,
]

function isAboutMoney({ status, body }: XAnswer): boolean {
  return status === 402 || /SpendCapReached/.test(body)
}
