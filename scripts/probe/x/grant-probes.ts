import type { Observation, Probe } from '../probe-definition.ts'
import { toRecord } from './call-x.ts'
import { clientId, earlierToken, limitReached, spareRefreshToken } from './needs.ts'
import { conclude, hasStatus, observe, toDetail, unclear, withStatus } from './observe.ts'
import { free, readMe } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'
import { requestTokens, type Tokens } from './request-tokens.ts'

const refresh = free('POST /2/oauth2/token')

const secondLogin: Probe<XProbeApi> = {
  name: 'second-login',
  question: 'Does a second login of the same account end the first one?',
  knob: 'secondLogin',
  assumed: 'revokes_first',
  needs: [earlierToken],
  requests: [readMe],
  async run(api) {
    const answer = api.call('GET', '/2/users/me', { token: api.given[earlierToken.key] })
    return conclude(answer, { revokes_first: hasStatus(401), keeps_first: hasStatus(200) })
  },
}

const accessAfterRefresh: Probe<XProbeApi> = {
  name: 'access-token-after-refresh',
  question: 'Does the access token before a refresh live on?',
  knob: 'accessTokenAfterRefresh',
  assumed: 'dies',
  needs: [spareRefreshToken, clientId],
  requests: [refresh, refresh, readMe],
  async run(api) {
    const first = await renew(api)
    const second = await renew(api)
    if (!first.accessToken || !second.accessToken) return withoutTokens(first.accessToken ? second : first)
    const answer = await api.call('GET', '/2/users/me', { token: first.accessToken })
    if (answer.status === 401) return observe('dies', answer)
    return answer.status === 200 ? { value: 'lives', detail: 'It reads the account.' } : unclear(answer)
  },
}

const refreshReuse: Probe<XProbeApi> = {
  name: 'refresh-token-twice',
  question: 'What does a refresh token do that is used twice?',
  knob: 'refreshReuse',
  assumed: 'refuse',
  needs: [spareRefreshToken, clientId],
  requests: [refresh, refresh, readMe],
  async run(api) {
    const used = readSpare(api)
    const renewed = await renew(api)
    if (!renewed.accessToken) return withoutTokens(renewed)
    const again = await requestTokens(api, used)
    if (again.accessToken) return { value: 'accepted', detail: 'It gave new tokens.' }
    const alive = await api.call('GET', '/2/users/me', { token: renewed.accessToken })
    if (alive.status !== 200 && alive.status !== 401) return unclear(alive)
    return observe(alive.status === 200 ? 'refuse' : 'revoke_grant', again.answer)
  },
}

const revokeAnswer: Probe<XProbeApi> = {
  name: 'answer-to-revoking',
  question: 'What does revoking a token answer?',
  knob: 'revokeAnswer',
  assumed: 'revoked',
  needs: [spareRefreshToken, clientId],
  requests: [free('POST /2/oauth2/revoke')],
  async run(api) {
    const request = { urlencoded: { token: readSpare(api) }, asClient: true as const }
    const answer = await withStatus(200, api.call('POST', '/2/oauth2/revoke', request))
    return observe(toRecord(answer.json).revoked === true ? 'revoked' : 'something_else', answer)
  },
}

const spendingLimit: Probe<XProbeApi> = {
  name: 'spending-limit',
  question: 'What does a request answer when the spending limit is reached?',
  knob: 'spendCapRefusal',
  assumed: '403 SpendCapReached',
  needs: [limitReached],
  requests: [free('GET /2/users/me')],
  async run(api) {
    const answer = await api.call('GET', '/2/users/me')
    return answer.status < 400 ? unclear(answer) : observe(`${answer.status} ${toRecord(answer.json).title}`, answer)
  },
}

const spendingLimitOfTokens: Probe<XProbeApi> = {
  name: 'spending-limit-of-tokens',
  question: 'Does a reached spending limit close the token endpoint, too?',
  knob: 'billingAtTokenEndpoint',
  assumed: 'open',
  needs: [limitReached, clientId],
  requests: [refresh],
  async run(api) {
    const { answer } = await requestTokens(api, 'no-token')
    return conclude(answer, {
      refuses: ({ body }) => /SpendCapReached|CreditsDepleted/.test(body),
      open: hasStatus(400),
    })
  },
}

/** The spare login is used up in this order; the last one ends it. */
export const grantProbes: readonly Probe<XProbeApi>[] = [
  secondLogin,
  accessAfterRefresh,
  refreshReuse,
  revokeAnswer,
  spendingLimit,
  spendingLimitOfTokens,
]

/** The spare login's newest refresh token, by the API that it belongs to: each is good for one use. */
const newest = new WeakMap<XProbeApi, string>()

function readSpare(api: XProbeApi): string {
  return newest.get(api) ?? api.given[spareRefreshToken.key] ?? ''
}

async function renew(api: XProbeApi): Promise<Tokens> {
  const tokens = await requestTokens(api, readSpare(api))
  if (tokens.refreshToken !== undefined) newest.set(api, tokens.refreshToken)
  return tokens
}

function withoutTokens({ answer }: Tokens): Observation {
  return { value: undefined, detail: `No tokens: ${toDetail(answer)}` }
}
