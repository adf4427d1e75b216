import type { EmulatorAnswer, EmulatorContext, EmulatorFault, EmulatorRequest } from '@ofm-social/core/testing'
import { answerRefusal } from './dispatch.ts'
import { GraphRefusal } from './graph-error.ts'
import { parseDestination } from './host.ts'
import { readParameters, readToken } from './parameters.ts'
import { throttled } from './scenario.ts'
import type { InstagramState } from './state.ts'
import type { InstagramSettings } from './switches.ts'

const minuteMs = 60_000
const defaultWaitMs = 15 * minuteMs

/** Too many calls: of the account (80002, minutes in a header), or of the whole app with `scope: 'app'` (4). */
export function playRateLimit(
  request: EmulatorRequest,
  context: EmulatorContext<InstagramState>,
  given: {
    readonly settings: InstagramSettings
    readonly fault: Extract<EmulatorFault, { readonly kind: 'rate_limit' }>
  },
): EmulatorAnswer {
  const { settings, fault } = given
  const parameters = readParameters(request)
  const destination = parseDestination(request.path, readToken(request, parameters))
  const { host, version, path } = destination ?? { host: 'graph.facebook.com', version: 'v25.0', path: request.path }
  const call = { request, context, settings, host, version, path, ids: {}, parameters }
  const minutes = Math.ceil((fault.retryAfterMs ?? defaultWaitMs) / minuteMs)
  const refusal =
    fault.scope === 'app'
      ? new GraphRefusal({ message: '(#4) Application request limit reached', code: 4, waitMinutes: minutes })
      : throttled(minutes)
  return answerRefusal(call, refusal)
}
