import type { BudgetError, TenantLedger } from '@ofm-social/budget'
import type { LedgerAccess } from '../open-ledger.ts'
import { HttpProblem } from '../problem.ts'
import type { Caller } from '../route.ts'

/** Asks the ledger of the caller's agency. */
export function askLedger<Result>(
  { open }: Pick<LedgerAccess, 'open'>,
  { agency }: Caller,
  work: (ledger: TenantLedger) => Promise<Result>,
): Promise<Result> {
  return withBudgetProblems(async () => {
    const ledger = await open()
    return work(agency === null ? ledger : ledger.forTenant(agency))
  })
}

/** What a ledger or its prices refuse is a problem of ours. */
export async function withBudgetProblems<Result>(work: () => Promise<Result>): Promise<Result> {
  const { isBudgetError } = await import('@ofm-social/budget')
  try {
    return await work()
  } catch (error) {
    throw isBudgetError(error) ? toHttpProblem(error) : error
  }
}

function toHttpProblem({ code, message, problems }: BudgetError): unknown {
  const errors = problems.map(({ path, message: text }) => ({
    pointer: `/${path}`,
    code: 'not_allowed',
    message: text,
  }))
  switch (code) {
    case 'unknown_budget':
    case 'unknown_period':
      return new HttpProblem('not_found', message)
    case 'currency_mismatch':
    case 'price_unknown':
      return new HttpProblem(code, message, { errors })
    case 'key_conflict':
      return new HttpProblem('not_allowed', message)
    case 'overloaded':
    case 'unavailable':
      return new HttpProblem('ledger_unavailable', message)
    case 'stopped':
      return new HttpProblem('stopped', message)
    case 'schema_missing':
    case 'schema_outdated':
    case 'role_missing':
      return new HttpProblem('misconfigured', message)
    default:
      return new HttpProblem('invalid_input', message, { errors })
  }
}
