import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import type { XCall, XEndpoint } from './endpoint.ts'
import { countPostsRead, readBalance } from './ledger.ts'
import { answerBlank, answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'
import { pick } from './viewing.ts'

const dayMs = 86_400_000
const daysMax = 90
const millionMicroUsd = 1_000_000_000_000
const fieldsDefault = ['cap_reset_day', 'project_cap', 'project_id', 'project_usage']

/** How many posts were read; counters are text: https://docs.x.com/x-api/usage/introduction */
export const usageEndpoints: readonly XEndpoint[] = [
  {
    method: 'GET',
    path: '/2/usage/tweets',
    scopes: [],
    does: 'reads',
    callers: 'app',
    check: checkUsage,
    answer: answerUsage,
  },
  {
    method: 'GET',
    path: '/2/usage/credits',
    scopes: [],
    does: 'reads',
    callers: 'users_and_app',
    answer: answerCredits,
  },
]

/** In US dollars; what has no end is told as a million. Seen in clients alone, not documented: absent unless the switch says otherwise. */
function answerCredits({ state, settings }: XCall): EmulatorAnswer {
  if (settings.usageCredits === 'absent') return answerBlank(404, 'Not Found')
  const left = readBalance(state, settings)
  const balance = (Number.isFinite(left) ? left : millionMicroUsd - state.ledger.spent) / 1_000_000
  return { status: 200, json: { data: { free_balance: 0, prepaid_balance: balance, total_balance: balance } } }
}

function checkUsage({ url }: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined {
  const asked = url.searchParams.get('days')
  const days = Number(asked ?? 7)
  if (Number.isInteger(days) && days >= 1 && days <= daysMax) return undefined
  const message = `The \`days\` query parameter value [${asked}] is not between 1 and ${daysMax}`
  return answerInvalid(settings, [{ path: 'days', value: asked ?? undefined, message }])
}

function answerUsage({ request, state, settings, now }: XCall): EmulatorAnswer {
  const query = request.url.searchParams
  const days = Number(query.get('days') ?? 7)
  const { app, ledger } = state
  const since = new Date(now - days * dayMs).toISOString().slice(0, 10)
  const entries = Object.entries(ledger.postsRead)
  const usage = entries
    .filter(([day]) => day > since)
    .map(([day, count]) => ({ date: `${day}T00:00:00.000Z`, usage: String(count) }))
  const readsMax = settings.postReadsMax[settings.plan]
  const all = {
    cap_reset_day: settings.cycleDay,
    project_cap: readsMax === undefined ? undefined : String(readsMax),
    project_id: app.billingAccountId,
    project_usage: String(countPostsRead(state, settings, now)),
    daily_project_usage: { project_id: app.billingAccountId, usage },
    daily_client_app_usage: [{ client_app_id: app.id, usage_result_count: usage.length, usage }],
  }
  const asked = query.get('usage.fields')?.split(',') ?? []
  return { status: 200, json: { data: pick(all, new Set([...fieldsDefault, ...asked])) } }
}
