import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XCall, XEndpoint } from './endpoint.ts'
import { answerInvalid } from './problems.ts'
import { pick } from './viewing.ts'

const dayMs = 86_400_000
const daysMax = 90
/** Of posts read in a billing cycle: https://docs.x.com/x-api/fundamentals/post-cap */
const projectCap = 3_000_000
const fieldsDefault = ['cap_reset_day', 'project_cap', 'project_id', 'project_usage']

/** How many posts were read; counters are text: https://docs.x.com/x-api/usage/introduction */
export const usageEndpoints: readonly XEndpoint[] = [
  { method: 'GET', path: '/2/usage/tweets', scopes: [], does: 'reads', callers: 'app', answer: answerUsage },
]

function answerUsage({ request, state, settings, now }: XCall): EmulatorAnswer {
  const query = request.url.searchParams
  const days = Number(query.get('days') ?? 7)
  if (!Number.isInteger(days) || days < 1 || days > daysMax) {
    const message = `The \`days\` query parameter value [${query.get('days')}] is not between 1 and ${daysMax}`
    return answerInvalid(settings, [{ path: 'days', value: query.get('days') ?? undefined, message }])
  }
  const { app, ledger } = state
  const since = new Date(now - days * dayMs).toISOString().slice(0, 10)
  const month = new Date(now).toISOString().slice(0, 7)
  const entries = Object.entries(ledger.postsRead)
  const usage = entries
    .filter(([day]) => day > since)
    .map(([day, count]) => ({ date: `${day}T00:00:00.000Z`, usage: String(count) }))
  const used = entries.filter(([day]) => day.startsWith(month)).reduce((sum, [, count]) => sum + count, 0)
  const all = {
    cap_reset_day: 1,
    project_cap: String(projectCap),
    project_id: app.billingAccountId,
    project_usage: String(used),
    daily_project_usage: { project_id: app.billingAccountId, usage },
    daily_client_app_usage: [{ client_app_id: app.id, usage_result_count: usage.length, usage }],
  }
  const asked = query.get('usage.fields')?.split(',') ?? []
  return { status: 200, json: { data: pick(all, new Set([...fieldsDefault, ...asked])) } }
}
