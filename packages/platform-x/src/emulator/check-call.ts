import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { refuseForAccount } from './account-state.ts'
import type { Authentication } from './authentication.ts'
import { refuseForBilling } from './billing.ts'
import type { XCall, XEndpoint } from './endpoint.ts'
import {
  answerBlank,
  answerCode,
  answerMissingScope,
  answerNotEnrolled,
  answerReadOnly,
  answerUnsupportedAuthentication,
} from './problems.ts'
import { answerRateLimited, type Caller, countCall, peekHeaders } from './rate-limits.ts'

type Headers = Readonly<Record<string, string>>

/** What is looked at before a call is carried out. */
export type XCheck = 'token' | 'kind' | 'enrolment' | 'scopes' | 'billing' | 'limits' | 'values' | 'account' | 'rules'

/** The order of the page on errors, as far as it has one; the true one is unverified. */
export const checkOrder: readonly XCheck[] = [
  'token',
  'kind',
  'enrolment',
  'scopes',
  'billing',
  'limits',
  'values',
  'account',
  'rules',
]

interface Checking {
  readonly endpoint: XEndpoint
  readonly call: XCall
  readonly who: Authentication
  readonly caller: Caller
}

interface Verdict {
  readonly refused?: EmulatorAnswer | undefined
  readonly headers?: Headers
}

/** Refuses a call for the first of its faults, in the order of the switch; what that leaves out comes last. */
export function checkCall(
  endpoint: XEndpoint,
  call: XCall,
  who: Authentication,
): { readonly refused: EmulatorAnswer | undefined; readonly isByRules: boolean; readonly headers: Headers } {
  const caller = { endpoint: `${endpoint.method} ${endpoint.path}`, userId: call.user?.id ?? null }
  let headers: Headers = toAccessLevel(call, who)
  for (const name of new Set([...call.settings.checkOrder, ...checkOrder])) {
    const verdict = checks[name]({ endpoint, call, who, caller })
    headers = { ...headers, ...verdict.headers }
    if (verdict.refused) return { refused: verdict.refused, isByRules: name === 'rules', headers }
  }
  return { refused: undefined, isByRules: false, headers }
}

const checks: Readonly<Record<XCheck, (checking: Checking) => Verdict>> = {
  token({ who, call }) {
    if (who.kind === 'unknown') return { refused: answerBlank(401, 'Unauthorized') }
    if (who.kind === 'unsigned') return { refused: answerCode(401, 89, 'Invalid or expired token.') }
    const isEnded = who.kind === 'oauth1_user' && call.settings.oauth1 === 'ended'
    return isEnded ? { refused: answerUnsupportedAuthentication(call.settings, 'oauth2') } : {}
  },
  kind({ who, call, endpoint }) {
    const isWrong = isKnown(who) && endpoint.callers === (who.kind === 'app' ? 'users' : 'app')
    return isWrong
      ? { refused: answerUnsupportedAuthentication(call.settings, endpoint.callers === 'app' ? 'app' : 'users') }
      : {}
  },
  enrolment: ({ call: { settings, state } }) =>
    settings.enrolled ? {} : { refused: answerNotEnrolled(settings, state.app) },
  scopes({ who, call, endpoint }) {
    if (who.kind === 'oauth2_user' && endpoint.scopes.some((scope) => !who.grant.scopes.includes(scope))) {
      return { refused: answerMissingScope() }
    }
    const writes = endpoint.does === 'writes' || endpoint.does === 'creates_post'
    return writes && readAccess(call, who) === 'read' ? { refused: answerReadOnly(call.settings) } : {}
  },
  billing({ call: { settings, state, now }, endpoint, caller }) {
    const refused = refuseForBilling(settings, state, endpoint.does, now)
    return refused ? { refused, headers: peekHeaders(state, settings, caller, now) } : {}
  },
  limits({ who, call: { settings, state, now }, caller }) {
    if (!isKnown(who)) return {}
    const { isExceeded, headers } = countCall(state, settings, caller, now)
    return isExceeded ? { refused: answerRateLimited(headers), headers } : { headers }
  },
  values: ({ endpoint, call: { request, settings, now } }) => ({ refused: endpoint.check?.(request, settings, now) }),
  account: ({ call: { settings, user }, endpoint }) => ({
    refused: user === null ? undefined : refuseForAccount(settings, user, endpoint.does),
  }),
  rules: ({ endpoint, call }) => ({
    refused: call.user === null ? undefined : endpoint.rules?.({ ...call, user: call.user }),
  }),
}

function isKnown({ kind }: Authentication): boolean {
  return kind !== 'unknown' && kind !== 'unsigned'
}

/** Of OAuth 1.0a: what the app may at all, and what the user gave it. */
function readAccess({ settings }: XCall, who: Authentication): 'read' | 'read-write' | undefined {
  if (who.kind !== 'oauth1_user') return undefined
  return settings.appPermissions === 'read' ? 'read' : who.user.oauth1.access
}

function toAccessLevel(call: XCall, who: Authentication): Headers {
  const access = readAccess(call, who)
  return access === undefined ? {} : { 'x-access-level': access }
}
