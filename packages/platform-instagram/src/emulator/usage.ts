import type { InstagramCall } from './call.ts'
import { findAccount, toCallerOrNone } from './caller.ts'
import { GraphRefusal } from './graph-error.ts'
import { throttled } from './scenario.ts'
import type { InstagramState } from './state.ts'

const hourMs = 3_600_000
const hoursOfAccount = 24
const appKey = 'app'

/**
 * Counts a call. Each id of `ids` is one.
 *
 * @throws {GraphRefusal} 4 or 80002 when there were too many: https://developers.facebook.com/docs/graph-api/overview/rate-limiting/
 */
export function countCall(call: InstagramCall): void {
  const { context, settings } = call
  const calls = call.parameters.get('ids')?.split(',').length ?? 1
  addCalls(context.state, { key: appKey, now: context.now, calls })
  if (sumCalls(context.state, { key: appKey, now: context.now, hours: 1 }) > settings.appCallsMax) {
    throw new GraphRefusal({ message: '(#4) Application request limit reached', code: 4 })
  }
  const accountId = findCalledAccount(call)
  if (accountId === undefined) return
  addCalls(context.state, { key: accountId, now: context.now, calls })
  const inAll = sumCalls(context.state, { key: accountId, now: context.now, hours: hoursOfAccount })
  if (inAll > settings.accountCallsMax) throw throttled(60)
}

function addCalls(state: InstagramState, { key, now, calls }: { key: string; now: number; calls: number }): void {
  const hour = String(Math.floor(now / hourMs))
  const counted = state.calls[key] ?? {}
  const oldest = Math.floor(now / hourMs) - hoursOfAccount
  const recent = Object.entries(counted).filter(([name]) => Number(name) > oldest)
  state.calls[key] = { ...Object.fromEntries(recent), [hour]: (counted[hour] ?? 0) + calls }
}

function sumCalls(state: InstagramState, { key, now, hours }: { key: string; now: number; hours: number }): number {
  const oldest = Math.floor(now / hourMs) - hours
  return Object.entries(state.calls[key] ?? {}).reduce(
    (sum, [hour, calls]) => (Number(hour) > oldest ? sum + calls : sum),
    0,
  )
}

/** The account that a call is about: named itself, or by what it owns; else the one whose token made it. */
function findCalledAccount(call: InstagramCall): string | undefined {
  const caller = toCallerOrNone(call)
  if (!caller) return undefined
  const id = call.path.split('/')[1] ?? ''
  const { media, containers, comments } = call.context.state
  const owned = [...media, ...containers, ...comments].find((one) => one.id === id)
  return (findAccount(call, caller, owned?.accountId ?? id) ?? findAccount(call, caller, 'me'))?.id
}

/** Per cent used; minutes until calls are taken again. */
export function toUsageHeaders(call: InstagramCall, waitMinutes: number | undefined): Readonly<Record<string, string>> {
  const { context, settings } = call
  const ofApp = sumCalls(context.state, { key: appKey, now: context.now, hours: 1 })
  const share = toPercent(ofApp, settings.appCallsMax)
  const app = { call_count: share, total_cputime: share, total_time: share }
  const headers = { 'x-app-usage': JSON.stringify(app) }
  const accountId = findCalledAccount(call)
  if (accountId === undefined) return headers
  const ofAccount = sumCalls(context.state, { key: accountId, now: context.now, hours: hoursOfAccount })
  const percent = waitMinutes === undefined ? toPercent(ofAccount, settings.accountCallsMax) : 100
  const usage = {
    type: 'instagram',
    call_count: percent,
    total_cputime: percent,
    total_time: percent,
    estimated_time_to_regain_access: waitMinutes ?? 0,
  }
  return { ...headers, 'x-business-use-case-usage': JSON.stringify({ [accountId]: [usage] }) }
}

function toPercent(calls: number, callsMax: number): number {
  return Math.min(100, Math.floor((calls * 100) / callsMax))
}
