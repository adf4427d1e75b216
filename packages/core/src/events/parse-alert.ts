import type { BudgetAlert } from './social-event.ts'

/** Of the details of an event, which we wrote: only its moments need another form. */
export function parseAlert(details: Readonly<Record<string, unknown>>): BudgetAlert {
  const { periodStartsAt, periodEndsAt, ...alert } = details as unknown as Omit<
    BudgetAlert,
    'periodStartsAt' | 'periodEndsAt'
  > & { readonly periodStartsAt: string; readonly periodEndsAt: string | null }
  return {
    ...alert,
    periodStartsAt: new Date(periodStartsAt),
    periodEndsAt: periodEndsAt === null ? null : new Date(periodEndsAt),
  }
}
