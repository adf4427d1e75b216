import type { ProbeNeed } from '../probe-definition.ts'

export const appToken: ProbeNeed = {
  key: 'app-token',
  what: "the app's own bearer token",
  variable: 'OFM_PROBE_X_APP_TOKEN',
}
export const earlierToken: ProbeNeed = {
  key: 'earlier-token',
  what: 'the access token of an earlier login of the same account, younger than two hours',
  variable: 'OFM_PROBE_X_EARLIER_TOKEN',
}
export const spareRefreshToken: ProbeNeed = {
  key: 'spare-refresh-token',
  what: 'the refresh token of a login that may end',
  variable: 'OFM_PROBE_X_SPARE_REFRESH_TOKEN',
}
/** Of the test account's own login, which ends with the run: only for waits that outlive an access token. */
export const refreshToken: ProbeNeed = {
  key: 'refresh-token',
  what: "the refresh token of the test account's login, which then ends",
  variable: 'OFM_PROBE_X_REFRESH_TOKEN',
}
export const clientId: ProbeNeed = { key: 'client-id', what: "the app's client id", variable: 'OFM_PROBE_X_CLIENT_ID' }
/** Apps that are public clients have none. */
export const clientSecret: ProbeNeed = {
  key: 'client-secret',
  what: "the app's client secret",
  variable: 'OFM_PROBE_X_CLIENT_SECRET',
}
export const tokenWithoutMedia: ProbeNeed = {
  key: 'token-without-media',
  what: 'a token without the scope media.write',
  variable: 'OFM_PROBE_X_TOKEN_WITHOUT_MEDIA',
}
export const tokenWithLikes: ProbeNeed = {
  key: 'token-with-likes',
  what: "the test account's token with the scope like.write",
  variable: 'OFM_PROBE_X_TOKEN_WITH_LIKES',
}
export const tokenOutsideProject: ProbeNeed = {
  key: 'token-outside-project',
  what: 'a token of an app that is in no project',
  variable: 'OFM_PROBE_X_TOKEN_OUTSIDE_PROJECT',
}
export const tokenOfLockedAccount: ProbeNeed = {
  key: 'token-of-locked-account',
  what: 'a token of an account that is locked or suspended',
  variable: 'OFM_PROBE_X_TOKEN_OF_LOCKED_ACCOUNT',
}
export const stranger: ProbeNeed = {
  key: 'stranger',
  what: 'the name of an account of yours that never mentioned the test account',
}
export const strangerPost: ProbeNeed = {
  key: 'stranger-post',
  what: 'the id of a post of an account of yours that never mentioned the test account',
}
export const oldPost: ProbeNeed = {
  key: 'old-post',
  what: 'the id of a post of the test account from before December 2022',
}
export const suspendedPost: ProbeNeed = {
  key: 'suspended-post',
  what: 'the id of a post whose author is suspended',
}
export const limitReached: ProbeNeed = {
  key: 'limit-reached',
  what: 'an app whose spending limit is reached, and your word for it',
}
export const wait: ProbeNeed = { key: 'wait', what: 'hours to wait' }
export const balance: ProbeNeed = {
  key: 'billing',
  what: 'somebody who reads the balance in the console of X and types it',
}
