import type { EmulatorAnswer, EmulatorContext, EmulatorRequest, EmulatorRoute } from '@ofm-social/core/testing'
import { type Authentication, authenticate } from './authentication.ts'
import type { Charge } from './charges.ts'
import { checkCall } from './check-call.ts'
import { tellRevoked } from './events.ts'
import { bill } from './ledger.ts'
import type { XState, XUser } from './state.ts'
import type { XSettings } from './switches.ts'

/** A request that passed authentication, scopes, billing and limits. */
export interface XCall {
  readonly request: EmulatorRequest
  readonly context: EmulatorContext<XState>
  readonly state: XState
  readonly settings: XSettings
  readonly now: number
  /** Null for an app-only token. */
  readonly user: XUser | null
}

/** The same by a user, where app-only tokens are refused. */
export type XUserCall = XCall & { readonly user: XUser }

interface EndpointBasics {
  readonly method: string
  readonly path: string
  /** All of them; of an OAuth 2.0 user token. */
  readonly scopes: readonly string[]
  readonly does: 'reads' | 'reads_posts' | 'writes' | 'creates_post'
  /** What an answer with a status below 300 costs. Default: nothing. */
  charge?(call: XCall, answer: EmulatorAnswer): readonly Charge[]
  /** Refuses what the request itself has wrong. */
  check?(request: EmulatorRequest, settings: XSettings, now: number): EmulatorAnswer | undefined
  /** Refuses what X does not allow to this user now. */
  rules?(call: XUserCall): EmulatorAnswer | undefined
}

export type XEndpoint = EndpointBasics &
  (
    | { readonly callers: 'users'; answer(call: XUserCall): EmulatorAnswer | Promise<EmulatorAnswer> }
    | { readonly callers: 'users_and_app'; answer(call: XCall): EmulatorAnswer | Promise<EmulatorAnswer> }
    | { readonly callers: 'app'; answer(call: XCall): EmulatorAnswer | Promise<EmulatorAnswer> }
  )

/** Puts in front of an endpoint what all share: who calls, with what permission and money, and how often. */
export function toRoute(endpoint: XEndpoint, readSettings: () => XSettings): EmulatorRoute<XState> {
  return {
    method: endpoint.method,
    path: endpoint.path,
    answer: (request, context) => answerEndpoint(endpoint, request, context, readSettings()),
  }
}

async function answerEndpoint(
  endpoint: XEndpoint,
  request: EmulatorRequest,
  context: EmulatorContext<XState>,
  settings: XSettings,
): Promise<EmulatorAnswer> {
  const { state, now } = context
  if (context.fault?.kind === 'revoke_token')
    revoke({ state, settings, now, context }, authenticate(request, state, now))
  const who = authenticate(request, state, now)
  const user = who.kind === 'oauth1_user' || who.kind === 'oauth2_user' ? who.user : null
  const call: XCall = { request, context, state, settings, now, user }
  const { refused, isByRules, headers } = checkCall(endpoint, call, who)
  if (refused && !isByRules) return withHeaders(refused, headers)
  const answer = refused ?? (await carryOut(endpoint, call))
  if (isBilled(endpoint, answer, settings)) bill(state, settings, endpoint.charge?.(call, answer) ?? [], now)
  return withHeaders(answer, headers)
}

/** Reads are billed by what they return; whether X bills writes that it refuses is unverified. */
function isBilled({ does }: XEndpoint, { status }: EmulatorAnswer, { refusedWrites }: XSettings): boolean {
  return status < 300 || (refusedWrites === 'billed' && (does === 'writes' || does === 'creates_post'))
}

function carryOut(endpoint: XEndpoint, call: XCall): EmulatorAnswer | Promise<EmulatorAnswer> {
  if (endpoint.callers !== 'users') return endpoint.answer(call)
  if (!call.user) throw new TypeError('An app-only token has passed where users are asked for.')
  return endpoint.answer({ ...call, user: call.user })
}

/** What the user does at https://x.com/settings/connected_apps. */
function revoke(call: Pick<XCall, 'state' | 'settings' | 'now' | 'context'>, who: Authentication): void {
  if (who.kind === 'oauth2_user') who.grant.revoked = true
  if (who.kind === 'oauth1_user') who.user.oauth1Revoked = true
  if (who.kind === 'oauth2_user' || who.kind === 'oauth1_user') tellRevoked(call, who.user)
}

function withHeaders(answer: EmulatorAnswer, headers: Readonly<Record<string, string>>): EmulatorAnswer {
  return { ...answer, headers: { ...headers, ...answer.headers } }
}
