import type { InstagramCall } from './call.ts'
import { expiredToken, restrictedAccount } from './caller.ts'
import { type GraphProblem, GraphRefusal } from './graph-error.ts'
import { mediaRefusal } from './media-errors.ts'

/**
 * The reason of the fault `fail_processing` that hits a call: a story that was seen on Instagram (`publish_500_but_live`), or a subcode with
 * which processing ends (`2207026`).
 */
export function readScenario({ context }: InstagramCall): string | undefined {
  return context.fault?.kind === 'fail_processing' ? context.fault.reason : undefined
}

const refusals: Readonly<Record<string, GraphProblem>> = {
  not_ready: {
    message: 'Media ID is not available',
    code: 9007,
    subcode: 2207027,
    title: 'Cannot publish',
    userMessage: 'The media is not ready to be published. Please wait a moment.',
  },
  quota_reached: {
    message: 'Application request limit reached',
    code: 9,
    subcode: 2207042,
    title: 'Publishing limit reached',
    userMessage: 'You reached the maximum number of posts that is allowed to be published by Content Publishing API.',
  },
  spam_block_not_live: {
    message: 'Application request limit reached',
    code: 4,
    subcode: 2207051,
    title: 'Action is blocked',
    userMessage: 'We restrict certain activity to protect our community.',
  },
  publish_500_not_live: {
    message: 'An unexpected error has occurred. Please retry your request later.',
    code: 2,
    status: 500,
    isTransient: true,
  },
  app_throttle: { message: '(#4) Application request limit reached', code: 4 },
  token_expired: { message: 'Error validating access token: Session has expired.', code: 190 },
  password_changed: {
    message: 'Error validating access token: The session has been invalidated because the user changed their password.',
    code: 190,
    subcode: 460,
  },
  checkpoint: {
    message: 'Error validating access token: You cannot access the app till you log in and follow the instructions.',
    code: 190,
    subcode: 459,
  },
  permalink_33: {
    message: 'Unsupported get request. Object does not exist or does not support this operation.',
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
  },
}

/** Plays the stories that are nothing but a refusal, wherever the call goes. */
export function playRefusal(call: InstagramCall): void {
  const scenario = readScenario(call)
  if (scenario === undefined) return
  const isWrite = call.request.method !== 'GET'
  if (scenario === 'permalink_33' && isWrite) return
  if (scenario === 'buc_throttle') throw throttled(15)
  if (scenario === 'restricted') throw restrictedAccount()
  if (scenario === 'token_expired_463') throw expiredToken('facebook_user', call.context.now, call.context.now)
  if (scenario === 'fetch_fail_once') throw mediaRefusal(2207052, toSource(call))
  if (scenario === 'fetch_fail_empty_uri') throw mediaRefusal(2207052, '')
  const problem = refusals[scenario]
  if (problem) throw new GraphRefusal(problem)
}

function toSource({ parameters }: InstagramCall): string | undefined {
  return parameters.get('image_url') ?? parameters.get('video_url') ?? parameters.get('cover_url')
}

/** One of the stories that are only a refusal. */
export function namedRefusal(name: keyof typeof refusals): GraphRefusal {
  return new GraphRefusal(refusals[name] ?? { message: name, code: 1 })
}

/** @param minutes Until calls are taken again; stands in the header. */
export function throttled(minutes: number): GraphRefusal {
  const message =
    '(#80002) There have been too many calls to this Instagram account. Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.'
  return new GraphRefusal({ message, code: 80002, waitMinutes: minutes })
}

/** The subcode in a reason: `video_error_2207026`, `2207026`; any other reason is an unknown upload error. */
export function toFailure(scenario: string | undefined): string | null {
  if (scenario === undefined) return null
  return /2207\d{3}/.exec(scenario)?.[0] ?? '2207053'
}
