import { BudgetError } from './budget-error.ts'
import type { StoreRefusal } from './ledger-store.ts'
import { toLocalMoment } from './local-moment.ts'
import { createMoney } from './money.ts'
import { toBalance, toDate } from './to-public.ts'

/** What was asked for, for the sentence. */
export interface Asked {
  readonly id?: string
  readonly currency?: string | null
  readonly amountNanos?: bigint
}

/** The error of a refusal: the level that refused, what is left there, and when it renews. */
export function toBudgetError(refusal: StoreRefusal, { id = '', currency, amountNanos = 0n }: Asked): BudgetError {
  switch (refusal.status) {
    case 'exceeded':
    case 'frozen':
    case 'closed': {
      const { budget, available, timeZone } = toBalance(refusal.period)
      const renewsAt = refusal.status === 'exceeded' ? toDate(refusal.renewsAt) : null
      const until = renewsAt ? `; it renews on ${toLocalMoment(renewsAt, timeZone)}` : ''
      const asked = createMoney(currency ?? refusal.period.currency, amountNanos)
      const message =
        refusal.status === 'exceeded'
          ? `${budget} has ${available} left; ${asked} were asked for${until}.`
          : `${budget} is ${refusal.status}: nothing is reserved from it.`
      return new BudgetError(refusal.status, message, { budget, available, renewsAt, timeZone })
    }
    case 'no_period': {
      const { budget, opensAt, timeZone } = refusal
      const when = opensAt === null ? 'has ended' : `begins on ${toLocalMoment(new Date(opensAt), timeZone)}`
      return new BudgetError('closed', `${budget} ${when}.`, { budget, renewsAt: toDate(opensAt), timeZone })
    }
    case 'unknown_budget':
      return new BudgetError('unknown_budget', `There is no budget ${refusal.budget}. Set it first.`, {
        budget: refusal.budget,
      })
    case 'unknown_period': {
      const { budget, at } = refusal
      const message = `${budget} has no period that holds ${new Date(at).toISOString()}: a period begins with its first use.`
      return new BudgetError('unknown_period', message, { budget })
    }
    case 'currency_mismatch': {
      const missing =
        refusal.rate === 'missing' ? ' No rate of the last days is on record; add one with addRate().' : ''
      return new BudgetError(
        'currency_mismatch',
        `${refusal.budget} is in ${refusal.currency}, the amount is in ${currency ?? 'none'}.${missing}`,
        { budget: refusal.budget },
      )
    }
    case 'key_conflict':
      return new BudgetError('key_conflict', `The id ${id} was used for another request.`)
    case 'already_settled':
      return new BudgetError('already_settled', `${id} was settled already. Correct it with adjust().`)
    case 'ended':
      return new BudgetError('ended', `${id} has ended; only open reservations are extended or dispatched.`)
    case 'unknown_reservation':
      return new BudgetError(
        'unknown_reservation',
        `There is no reservation ${id}. What was spent without one is booked with record().`,
      )
  }
}
