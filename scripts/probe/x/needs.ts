import { told, toSecretNeed } from '../probe-need.ts'

const secret = (key: string, what: string) => toSecretNeed('x', key, what)

export const appToken = secret('app-token', "the app's own bearer token")
export const earlierToken = secret(
  'earlier-token',
  'the access token of an earlier login of the same account, younger than two hours',
)
export const spareRefreshToken = secret('spare-refresh-token', 'the refresh token of a login that may end')
/** Of the test account's own login, which ends with the run: only for waits that outlive an access token. */
export const refreshToken = secret('refresh-token', "the refresh token of the test account's login, which then ends")
export const clientId = secret('client-id', "the app's client id")
/** Apps that are public clients have none. */
export const clientSecret = secret('client-secret', "the app's client secret")
export const tokenWithoutMedia = secret('token-without-media', 'a token without the scope media.write')
export const tokenWithLikes = secret('token-with-likes', "the test account's token with the scope like.write")
export const tokenOutsideProject = secret('token-outside-project', 'a token of an app that is in no project')
export const tokenOfLockedAccount = secret(
  'token-of-locked-account',
  'a token of an account that is locked or suspended',
)
export const stranger = told('stranger', 'the name of an account of yours that never mentioned the test account')
export const strangerPost = told(
  'stranger-post',
  'the id of a post of an account of yours that never mentioned the test account',
)
export const oldPost = told('old-post', 'the id of a post of the test account from before December 2022')
export const suspendedPost = told('suspended-post', 'the id of a post whose author is suspended')
export const limitReached = told('limit-reached', 'an app whose spending limit is reached, and your word for it')
export const wait = told('wait', 'hours to wait')
export const balance = told('billing', 'somebody who reads the balance in the console of X and types it')
