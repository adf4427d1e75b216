import { defaultAlerts, toStoredAlertRules } from './alert-threshold.ts'
import type { AlertRule, BudgetChanges, BudgetInput, BudgetMatch, BudgetPeriod } from './budget.ts'
import { parentOf } from './budget-path.ts'
import {
  createInputProblems,
  expectAmount,
  expectBudget,
  expectId,
  expectMoment,
  expectNote,
  type InputProblems,
} from './input-problems.ts'
import type { BudgetChange, BudgetPatch } from './ledger-store.ts'
import type { Money } from './money.ts'
import { toPeriodRule } from './period.ts'
import { createZoneOffset } from './zone.ts'

const calendarPeriods: readonly unknown[] = ['day', 'week', 'month', 'quarter', 'year']
const changeable = ['limit', 'enforcement', 'period', 'timeZone', 'alertAt', 'whileAway', 'actor']
const settable = [...changeable, 'currency', 'match']

/** @throws {BudgetError} `invalid_input` with all problems at once. */
export function parseBudgetInput(budget: string, input: BudgetInput): BudgetChange {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  expectKnown(problems, input, settable)
  const { limit, timeZone, enforcement = 'hard', alertAt = defaultAlerts, match, actor = null } = input
  const currency = input.currency ?? limit?.currency ?? null
  problems.expect(
    currency === null || /^[A-Z]{3}$/.test(currency),
    'currency',
    'must have three capital letters, such as USD.',
  )
  problems.expect(
    !limit || limit.currency === currency,
    'limit',
    `is in ${limit?.currency}; the budget is in ${currency}.`,
  )
  expectPeriod(problems, input.period)
  expectSettings(problems, input, currency)
  if (match !== undefined) expectMatch(problems, budget, match)
  expectNote(problems, 'actor', actor)
  problems.assertNone()
  return {
    budget,
    currency,
    limitNanos: limit?.amountNanos ?? null,
    enforcement,
    rule: toPeriodRule(input.period),
    timeZone: timeZone ?? null,
    alerts: toStoredAlertRules(alertAt),
    match: match === undefined ? null : { vendor: match.vendor ?? null, meter: match.meter ?? null },
    whileAway: input.whileAway ?? 'closed',
    actor,
  }
}

/** @throws {BudgetError} `invalid_input` with all problems at once. */
export function parseBudgetChanges(budget: string, changes: BudgetChanges): BudgetPatch {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  expectKnown(problems, changes, changeable)
  const { limit, timeZone, enforcement, period, alertAt, whileAway, actor = null } = changes
  const amount = limit ?? alertAt?.map((rule) => (typeof rule === 'object' ? rule.at : rule)).find(isMoney)
  const currency = amount?.currency ?? null
  if (period !== undefined) expectPeriod(problems, period)
  expectSettings(problems, { ...changes, limit: limit ?? undefined }, currency)
  expectNote(problems, 'actor', actor)
  problems.assertNone()
  return {
    budget,
    currency,
    actor,
    ...(limit === undefined ? {} : { limitNanos: limit?.amountNanos ?? null }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(period === undefined ? {} : { rule: toPeriodRule(period) }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(alertAt === undefined ? {} : { alerts: toStoredAlertRules(alertAt) }),
    ...(whileAway === undefined ? {} : { whileAway }),
  }
}

/** A limit that is misspelt would be none. */
function expectKnown(problems: InputProblems, given: object, names: readonly string[]): void {
  for (const name of Object.keys(given)) problems.expect(names.includes(name), name, 'cannot be set here.')
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null
}

interface Settings {
  readonly limit?: Money | undefined
  readonly enforcement?: unknown
  readonly timeZone?: string
  readonly alertAt?: readonly (number | AlertRule)[]
  readonly whileAway?: unknown
}

function expectSettings(
  problems: InputProblems,
  { limit, enforcement = 'hard', timeZone, alertAt = [], whileAway = 'closed' }: Settings,
  currency: string | null,
): void {
  if (limit !== undefined) expectAmount(problems, 'limit', limit)
  problems.expect(enforcement === 'hard' || enforcement === 'soft', 'enforcement', 'must be hard or soft.')
  problems.expect(whileAway === 'closed' || whileAway === 'open', 'whileAway', 'must be closed or open.')
  const known = timeZone === undefined || createZoneOffset(timeZone) !== undefined
  problems.expect(known, 'timeZone', `is ${timeZone}; use an IANA name such as Europe/Paris.`)
  alertAt.forEach((rule, index) => {
    expectAlert(problems, `alertAt/${index}`, { rule, currency })
  })
}

function expectMatch(problems: InputProblems, budget: string, match: BudgetMatch): void {
  problems.expect(parentOf(budget) !== null, 'match', `needs a budget above ${budget}, whose costs it looks at.`)
  const { vendor, meter, ...unknown } = match
  problems.expect(vendor !== undefined || meter !== undefined, 'match', 'must name a vendor or a meter.')
  problems.expect(Object.keys(unknown).length === 0, 'match', 'has vendor and meter, and nothing else.')
  if (vendor !== undefined) expectId(problems, 'match/vendor', vendor)
  if (meter !== undefined) expectId(problems, 'match/meter', meter)
}

const rollingHoursMax = 8_784
/** Ten years. */
const everySecondsMax = 315_360_000

function expectPeriod(problems: InputProblems, period: BudgetPeriod): void {
  if (typeof period !== 'object' || period === null) {
    const good = period === 'once' || calendarPeriods.includes(period)
    problems.expect(good, 'period', 'must be day, week, month, quarter, year, once, or a rule.')
  } else if ('rollingHours' in period) {
    const { rollingHours: hours } = period
    const good = Number.isInteger(hours) && hours >= 1 && hours <= rollingHoursMax
    problems.expect(good, 'period/rollingHours', `is ${hours}; it must be whole hours from 1 to ${rollingHoursMax}.`)
  } else if ('every' in period) {
    const { every, anchorDay } = period
    const most = every === 'week' ? 7 : every === 'day' ? 1 : 31
    problems.expect(calendarPeriods.includes(every), 'period/every', 'must be day, week, month, quarter or year.')
    const good = Number.isInteger(anchorDay) && anchorDay >= 1 && anchorDay <= most
    problems.expect(good, 'period/anchorDay', `is ${anchorDay}; of a ${every} it must be from 1 to ${most}.`)
  } else {
    expectMoment(problems, 'period/from', period.from)
    if ('to' in period) {
      expectMoment(problems, 'period/to', period.to)
      problems.expect(!(period.to <= period.from), 'period/to', 'must be after from.')
    } else {
      const { everySeconds: seconds } = period
      const good = Number.isInteger(seconds) && seconds >= 1 && seconds <= everySecondsMax
      const rule = `is ${seconds}; it must be a whole number from 1 to ${everySecondsMax}, ten years.`
      problems.expect(good, 'period/everySeconds', rule)
    }
  }
}

function expectAlert(
  problems: InputProblems,
  path: string,
  { rule, currency }: { readonly rule: number | AlertRule; readonly currency: string | null },
): void {
  const { of, at } = typeof rule === 'object' ? rule : ({ of: 'settled', at: rule } as const)
  problems.expect(of === 'settled' || of === 'committed', path, 'must be of settled or committed.')
  if (typeof at === 'object') {
    expectAmount(problems, path, at)
    const same = currency === null || at.currency === currency
    problems.expect(same, path, `is in ${at.currency}; the budget is in ${currency}.`)
  } else {
    const bp = at * 10_000
    const good = bp > 0 && bp <= 100_000 && Math.abs(bp - Math.round(bp)) < 1e-6
    problems.expect(
      good,
      path,
      `is ${at}; it must be a share such as 0.8, above 0 and at most 10, with at most four decimals.`,
    )
  }
}
