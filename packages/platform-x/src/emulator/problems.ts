import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XApp } from './state.ts'
import type { XSettings } from './switches.ts'

type Host = Pick<XSettings, 'problemHost'>

/** One violation of a request: where, what was sent, and the sentence. */
export interface Violation {
  readonly path: string
  readonly value: unknown
  readonly message: string
}

/** `https://api.twitter.com/2/problems/<name>`. https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
export function toProblemType({ problemHost }: Host, name: string): string {
  return `https://${problemHost}/2/problems/${name}`
}

/** A problem without a type of its own: `Unauthorized`, `Forbidden`, `Too Many Requests`, `Service Unavailable`. */
export function answerBlank(status: number, title: string, detail: string = title): EmulatorAnswer {
  return { status, json: { title, type: 'about:blank', status, detail } }
}

export function answerForbidden(detail: string): EmulatorAnswer {
  return { status: 403, json: { detail, type: 'about:blank', title: 'Forbidden', status: 403 } }
}

/** The bare 403 of a missing scope; recorded with another content type than most. */
export function answerMissingScope(): EmulatorAnswer {
  const answer = answerBlank(403, 'Forbidden')
  return { ...answer, headers: { 'content-type': 'application/problem+json' } }
}

/** 400 with every violation. */
export function answerInvalid(settings: Host, violations: readonly Violation[]): EmulatorAnswer {
  return {
    status: 400,
    json: {
      errors: violations.map(({ path, value, message }) => ({ parameters: { [path]: toValues(value) }, message })),
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: toProblemType(settings, 'invalid-request'),
    },
  }
}

/** 400 of the media endpoints, which name no parameter. */
export function answerBadRequest(settings: Host, message: string): EmulatorAnswer {
  return {
    status: 400,
    json: {
      errors: [{ message }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: toProblemType(settings, 'invalid-request'),
    },
  }
}

/** The older shape of gateways: a numeric code. */
export function answerCode(status: number, code: number, message: string): EmulatorAnswer {
  return { status, json: { errors: [{ code, message }] } }
}

/** @param wanted What the endpoint is for; `oauth2`: OAuth 1.0a has ended. */
export function answerUnsupportedAuthentication(settings: Host, wanted: 'users' | 'app' | 'oauth2'): EmulatorAnswer {
  const [given, supported] = {
    users: ['OAuth 2.0 Application-Only', 'OAuth 1.0a User Context, OAuth 2.0 User Context'],
    app: ['a user context', 'OAuth 2.0 Application-Only'],
    oauth2: ['OAuth 1.0a User Context', 'OAuth 2.0 User Context'],
  }[wanted]
  return {
    status: 403,
    json: {
      title: 'Unsupported Authentication',
      status: 403,
      detail: `Authenticating with ${given} is forbidden for this endpoint.  Supported authentication types are [${supported}].`,
      type: toProblemType(settings, 'unsupported-authentication'),
    },
  }
}

/** OAuth 1.0a: the app, or its user, allows reading alone. */
export function answerReadOnly(settings: Host): EmulatorAnswer {
  const detail = 'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.'
  return {
    status: 403,
    json: { title: 'Forbidden', status: 403, detail, type: toProblemType(settings, 'oauth1-permissions') },
  }
}

export function answerNotEnrolled(settings: Host, app: XApp): EmulatorAnswer {
  return {
    status: 403,
    json: {
      client_id: app.id,
      detail:
        'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.',
      registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
      title: 'Client Forbidden',
      required_enrollment: 'Appropriate Level of API Access',
      reason: 'client-not-enrolled',
      type: toProblemType(settings, 'client-forbidden'),
    },
  }
}

export function answerCreditsDepleted(settings: Host, app: XApp): EmulatorAnswer {
  return {
    status: 402,
    json: {
      title: 'CreditsDepleted',
      detail: `Your enrolled account [${app.billingAccountId}] does not have any credits to fulfill this request.`,
      type: toProblemType(settings, 'credits'),
    },
  }
}

/** @param resetDate `2026-11-06`. */
export function answerSpendCapReached(
  settings: Host & Pick<XSettings, 'spendCapRefusal'>,
  app: XApp,
  resetDate: string,
): EmulatorAnswer {
  return {
    status: settings.spendCapRefusal === 'status_403' ? 403 : 402,
    json: {
      title: 'SpendCapReached',
      detail: `Your enrolled account [${app.billingAccountId}] has reached its billing cycle spend cap.`,
      type: toProblemType(settings, 'credits'),
      reset_date: resetDate,
    },
  }
}

/** The id is a JSON number beyond what JavaScript can hold, as on X; hence text. */
export function answerUsageCapped(settings: Host, app: XApp): EmulatorAnswer {
  const rest = JSON.stringify({
    product_name: 'standard-basic',
    title: 'UsageCapExceeded',
    period: 'Monthly',
    scope: 'Product',
    detail: 'Usage cap exceeded: Monthly product cap',
    type: toProblemType(settings, 'usage-capped'),
  })
  return {
    status: 429,
    text: `{"account_id":${app.billingAccountId},${rest.slice(1)}`,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }
}

export interface MissingResource {
  readonly resource: 'tweet' | 'user' | 'media'
  readonly parameter: 'id' | 'ids' | 'username' | 'usernames' | 'media_keys'
  readonly value: string
}

/** The entry in `errors` for something that is not there. */
export function toMissing(settings: Host, { resource, parameter, value }: MissingResource) {
  return {
    resource_id: value,
    resource_type: resource,
    parameter,
    value,
    title: 'Not Found Error',
    detail: `Could not find ${resource} with ${parameter}: [${value}].`,
    type: toProblemType(settings, 'resource-not-found'),
  }
}

function toValues(value: unknown): string[] {
  if (value === undefined) return []
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}
