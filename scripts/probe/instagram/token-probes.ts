import type { Probe } from '../probe-definition.ts'
import * as needs from './needs.ts'
import { free, isRefused, notAsked, observe, unclear } from './observe.ts'
import type { InstagramProbeApi } from './probe-api.ts'

const refreshPath = '/refresh_access_token?grant_type=ig_refresh_token'
const instagramOnly = 'Only the login with Instagram can answer it.'

const youngRefresh: Probe<InstagramProbeApi> = {
  name: 'young-refresh',
  question: 'With which code is the refresh of a token refused that is younger than a day?',
  knob: 'youngRefreshCode',
  assumed: '100',
  needs: [needs.youngToken],
  requests: [free('GET /refresh_access_token')],
  async run(api) {
    if (api.isFacebook) return notAsked(instagramOnly)
    const answer = await api.call('GET', refreshPath, { token: api.given['young-token'] ?? '' })
    // The answer has a new token: nothing of it is printed.
    if (answer.code === undefined) return { value: 'refreshed', detail: `${answer.status}` }
    return observe(answer.code, answer)
  },
}

const afterRefresh: Probe<InstagramProbeApi> = {
  name: 'after-refresh',
  question: 'Does a token live on after it was refreshed?',
  knob: 'tokenAfterRefresh',
  assumed: 'lives',
  needs: [needs.spareToken],
  requests: [free('GET /refresh_access_token'), free('GET /me')],
  async run(api) {
    if (api.isFacebook) return notAsked(instagramOnly)
    const token = api.given['spare-token'] ?? ''
    const refreshed = await api.call('GET', refreshPath, { token })
    if (refreshed.code !== undefined) return unclear(refreshed)
    const me = await api.call('GET', '/me?fields=user_id', { token })
    if (me.code === undefined) return observe('lives', me)
    return me.code.startsWith('190') ? observe('dies', me) : unclear(me)
  },
}

const revoke: Probe<InstagramProbeApi> = {
  name: 'revoke',
  question: 'Can the login with Instagram take its permission back?',
  knob: 'instagramRevocation',
  assumed: 'works',
  needs: [needs.spareToken],
  requests: [free('DELETE /me/permissions')],
  async run(api) {
    if (api.isFacebook) return notAsked(instagramOnly)
    const answer = await api.call('DELETE', '/me/permissions', { token: api.given['spare-token'] ?? '' })
    if (answer.status === 200) return observe('works', answer)
    return isRefused(answer) ? observe('unsupported', answer) : unclear(answer)
  },
}

/** What becomes of tokens; the last one ends the spare token. */
export const tokenProbes: readonly Probe<InstagramProbeApi>[] = [youngRefresh, afterRefresh, revoke]
