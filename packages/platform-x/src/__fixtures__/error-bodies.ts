/*
 * Bodies as X documents them or as its users quote them. Sources: https://docs.x.com/x-api/fundamentals/response-codes-and-errors,
 * https://docs.x.com/x-api/fundamentals/rate-limits, https://docs.x.com/x-api/posts/create-post,
 * https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code, and the threads that are named beside a body.
 */

export const unauthorized = { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }

export const creditsDepleted = {
  title: 'CreditsDepleted',
  detail: 'Your enrolled account [1234567890123456789] does not have any credits to fulfill this request.',
  type: 'https://api.twitter.com/2/problems/credits',
}

export const spendCapReached = {
  title: 'SpendCapReached',
  detail: 'Your enrolled account [1234567890123456789] has reached its billing cycle spend cap.',
  type: 'https://api.twitter.com/2/problems/credits',
  reset_date: '2026-11-06',
}

export const usageCapped = {
  account_id: 1456012973835788,
  product_name: 'standard-basic',
  title: 'UsageCapExceeded',
  period: 'Monthly',
  scope: 'Product',
  detail: 'Usage cap exceeded: Monthly product cap',
  type: 'https://api.twitter.com/2/problems/usage-capped',
}

export const tooManyRequests = { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 }

export const notEnrolled = {
  client_id: '29820954',
  detail:
    'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.',
  registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
  title: 'Client Forbidden',
  required_enrollment: 'Appropriate Level of API Access',
  reason: 'client-not-enrolled',
  type: 'https://api.twitter.com/2/problems/client-forbidden',
}

export const wrongTokenKind = {
  title: 'Unsupported Authentication',
  status: 403,
  detail:
    'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].',
  type: 'https://api.twitter.com/2/problems/unsupported-authentication',
}

export const oauth1Permissions = {
  title: 'Forbidden',
  status: 403,
  detail: 'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
  type: 'https://api.twitter.com/2/problems/oauth1-permissions',
}

/** https://github.com/plhery/node-twitter-api-v2/issues/588 */
export const bareForbidden = { title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' }

/** https://github.com/akrherz/iembot/issues/163 */
export const duplicate = {
  detail: 'You are not allowed to create a Tweet with duplicate content.',
  type: 'about:blank',
  title: 'Forbidden',
  status: 403,
}

export const mediaIdsInvalid = {
  errors: [{ parameters: { 'media.media_ids': ['1757063824702574592'] }, message: 'Your media IDs are invalid.' }],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: 'https://api.twitter.com/2/problems/invalid-request',
}

export const tooManyMedia = {
  errors: [
    {
      parameters: { '$.media.media_ids': ['[1,2,3,4,5]'] },
      message: '$.media.media_ids: there must be a maximum of 4 items in the array',
    },
  ],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: 'https://api.twitter.com/2/problems/invalid-request',
}

export const replyNotAllowed = {
  title: 'Forbidden',
  type: 'about:blank',
  status: 403,
  detail:
    'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
}

export const replyOnlyWhereMentioned = {
  title: 'Authorization Error',
  type: 'https://api.twitter.com/2/problems/not-authorized-for-resource',
  status: 403,
  detail: 'You can only reply to or quote posts where you are mentioned or are the author.',
}

/** https://github.com/plhery/node-twitter-api-v2/issues/366 */
export const replyTargetInvisible = {
  title: 'Forbidden',
  type: 'about:blank',
  status: 403,
  detail: 'You attempted to reply to a Tweet that is deleted or not visible to you.',
}

export const notPermitted = {
  title: 'Forbidden',
  type: 'about:blank',
  status: 403,
  detail: 'You are not permitted to perform this action.',
}

export const serviceUnavailable = {
  title: 'Service Unavailable',
  detail: 'Service Unavailable',
  type: 'about:blank',
  status: 503,
}

/** https://github.com/xdevplatform/xurl/issues/18 */
export const statusNotFound = { errors: [{ message: 'BadRequest: Not found' }], title: 'Invalid Request', type: 'about:blank' }

export const postNotFound = {
  errors: [
    {
      resource_id: '2080761269309813134',
      resource_type: 'tweet',
      parameter: 'id',
      value: '2080761269309813134',
      title: 'Not Found Error',
      detail: 'Could not find tweet with id: [2080761269309813134].',
      type: 'https://api.twitter.com/2/problems/resource-not-found',
    },
  ],
}

/** https://github.com/plhery/node-twitter-api-v2/issues/496 */
export const codeInvalid = {
  error: 'invalid_request',
  error_description: 'Value passed for the authorization code was invalid.',
}

export const tokenInvalid = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' }

/** https://github.com/plhery/node-twitter-api-v2/issues/319 */
export const missingBasic = { error: 'unauthorized_client', error_description: 'Missing valid authorization header' }

/** A page of the edge in front of X. https://github.com/akrherz/iembot/issues/173 */
export const htmlPage = '<html><head><title>520</title></head><body>Web server is returning an unknown error</body></html>'

export function legacy(code: number, message = 'refused') {
  return { errors: [{ code, message }] }
}

export function forbidden(detail: string) {
  return { title: 'Forbidden', type: 'about:blank', status: 403, detail }
}
