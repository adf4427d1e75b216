import type { EmulatorAnswer, EmulatorContext, EmulatorRequest } from '@ofm-social/core/testing'
import { audioEndpoints } from './audio.ts'
import type { InstagramCall, InstagramEndpoint } from './call.ts'
import { commentEndpoints } from './comments.ts'
import { containerEndpoints } from './containers.ts'
import { tellExpiredStories } from './expired-stories.ts'
import { facebookTokenEndpoints } from './facebook-tokens.ts'
import { answerProblem, GraphRefusal, unknownPath } from './graph-error.ts'
import { type Destination, parseDestination } from './host.ts'
import { identityEndpoints } from './identity.ts'
import { instagramTokenEndpoints } from './instagram-tokens.ts'
import { loginEndpoints } from './login-page.ts'
import { listingEndpoints } from './media-listings.ts'
import { nodeEndpoints } from './nodes.ts'
import { readParameters, readToken } from './parameters.ts'
import { pageEndpoints } from './profile-page.ts'
import { publishEndpoints } from './publish.ts'
import { uploadEndpoints } from './resumable-upload.ts'
import { playRefusal } from './scenario.ts'
import type { InstagramState } from './state.ts'
import { subscriptionEndpoints } from './subscriptions.ts'
import type { InstagramSettings } from './switches.ts'
import { countCall, toUsageHeaders } from './usage.ts'

const endpoints: readonly InstagramEndpoint[] = [
  ...loginEndpoints,
  ...pageEndpoints,
  ...instagramTokenEndpoints,
  ...facebookTokenEndpoints,
  ...uploadEndpoints,
  ...audioEndpoints,
  ...subscriptionEndpoints,
  ...identityEndpoints,
  ...containerEndpoints,
  ...publishEndpoints,
  ...listingEndpoints,
  ...commentEndpoints,
  ...nodeEndpoints,
]

/** Answers any request of any host. */
export async function dispatch(
  request: EmulatorRequest,
  context: EmulatorContext<InstagramState>,
  settings: InstagramSettings,
): Promise<EmulatorAnswer> {
  tellExpiredStories({ context, settings })
  const parameters = readParameters(request)
  const destination = parseDestination(request.path, readToken(request, parameters))
  const { host, version, path } = destination ?? { host: 'graph.facebook.com', version: 'v25.0', path: request.path }
  const found = destination && findEndpoint(request.method, destination)
  const call: InstagramCall = { request, context, settings, host, version, path, ids: found?.ids ?? {}, parameters }
  if (!isApi(call)) {
    if (found) return found.endpoint.answer(call)
    return { status: 404, html: '<html><body><h1>Not found</h1></body></html>' }
  }
  return answerApi(call, found?.endpoint)
}

function isApi({ host }: InstagramCall): boolean {
  return host.startsWith('graph.') || host.startsWith('rupload.') || host === 'api.instagram.com'
}

async function answerApi(call: InstagramCall, endpoint: InstagramEndpoint | undefined): Promise<EmulatorAnswer> {
  try {
    countCall(call)
    playRefusal(call)
    if (!endpoint) throw unknownPath(call.path)
    return addHeaders(call, await endpoint.answer(call), undefined)
  } catch (error) {
    if (error instanceof GraphRefusal) return answerRefusal(call, error)
    throw error
  }
}

/** A refusal with the headers that every answer has. */
export function answerRefusal(call: InstagramCall, { problem }: GraphRefusal): EmulatorAnswer {
  return addHeaders(call, answerProblem(problem, call.host, mintTraceId(call)), problem.waitMinutes)
}

function addHeaders(call: InstagramCall, answer: EmulatorAnswer, waitMinutes: number | undefined): EmulatorAnswer {
  const headers: Record<string, string> = {
    'facebook-api-version': call.version,
    'x-fb-trace-id': mintTraceId(call),
    ...toUsageHeaders(call, waitMinutes),
    ...(answer.status >= 400 ? { 'www-authenticate': toChallenge(answer) } : {}),
    ...answer.headers,
  }
  if (answer.html === undefined) headers['content-type'] = 'application/json; charset=UTF-8'
  return { ...answer, headers }
}

/** Of refusals in every envelope: that of the Graph API, of the code exchange, of uploads. */
function toChallenge({ json }: EmulatorAnswer): string {
  const { error, error_message: message = error?.message } = Object(json)
  return `OAuth "Facebook Platform" "invalid_request" "${String(message ?? 'invalid request').replace(/[^\x20-\x7e]|"/g, '')}"`
}

function mintTraceId({ context }: InstagramCall): string {
  return `A${Buffer.from(context.random(16)).toString('base64url')}`
}

/** First match wins; a HEAD is answered by the endpoint for GET. */
function findEndpoint(method: string, { host, path }: Destination) {
  const wanted = method === 'HEAD' ? 'GET' : method
  for (const endpoint of endpoints) {
    if (endpoint.method !== wanted || !endpoint.hosts.includes(host)) continue
    const ids = matchPath(endpoint.path, path)
    if (ids) return { endpoint, ids }
  }
  return undefined
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const expected = splitPath(pattern)
  const actual = splitPath(path)
  if (expected.length !== actual.length) return undefined
  const ids: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = actual[index] ?? ''
    if (segment.startsWith(':')) ids[segment.slice(1)] = value
    else if (segment !== value) return undefined
  }
  return ids
}

/** A slash at the end means nothing. */
function splitPath(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '')
}
