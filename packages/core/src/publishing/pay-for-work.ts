import type { MeterUse } from '../platform/platform-meters.ts'
import { BudgetRefused } from '../spending/pay-for-call.ts'
import type { StepFailure } from './record-preparation.ts'
import type { Work, WorkDependencies } from './work-context.ts'

interface PaidCall<Result> {
  /** Undefined: it costs nothing. */
  readonly uses: readonly MeterUse[] | undefined
  readonly call: () => Promise<Result>
  /** What has to be affordable too, because the call would be in vain otherwise; it is given back at once. */
  readonly andThen?: readonly MeterUse[] | undefined
}

/** A call beside the write that costs money is reserved first; it may be repeated, so that nothing has to be looked up. */
export function payForWork<Result>(
  dependencies: WorkDependencies,
  work: Work,
  { uses, call, andThen = [] }: PaidCall<Result>,
): Promise<Result> {
  const { meters, platform } = work.adapter
  if (!dependencies.payForCall || !meters || !uses) return call()
  const { agencyId, creatorId, id } = work.publication
  const { prices } = meters
  const owner = { agencyId, creatorId, platform, reference: id, now: work.claim.now }
  return dependencies.payForCall({ ...owner, prices, uses: [...uses, ...andThen], usesOf: () => uses }, call)
}

/** The budget is used up: held until it renews or is raised. Undefined for every other error. */
export function toBudgetFailure(error: unknown): StepFailure | undefined {
  if (!(error instanceof BudgetRefused)) return undefined
  const { hold, notBefore } = error.refusal
  return { kind: 'passing', reason: { code: hold.reason, message: hold.message }, passing: { notBefore, hold } }
}
