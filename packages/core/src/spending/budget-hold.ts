import type { Hold } from '../model/hold.ts'
import { toDecimal } from './money.ts'

/** A budget that was raised is noticed within this time. */
const RECHECK_MS = 900_000
/** A ledger that is away is asked again. */
const UNREACHABLE_RECHECK_MS = 60_000

/** Why nothing is spent, and when it is tried again. */
export interface BudgetRefusal {
  readonly hold: Hold
  /** Epoch milliseconds. */
  readonly notBefore: number
}

/** What the ledger said, as far as core reads it. */
interface Refusal {
  readonly code: string
  readonly available: string | null
  readonly renewsAt: number | null
  /** Of the budget. */
  readonly timeZone: string
}

/** The hold for a reservation that was refused: never a failure. `now` is the database's clock. */
export function toBudgetRefusal(error: unknown, budget: string, now: number): BudgetRefusal {
  const refusal = readRefusal(error)
  const level = readText(error, 'budget') ?? budget
  const until = refusal.renewsAt !== null && refusal.renewsAt > now ? refusal.renewsAt : null
  const hold = (message: string): Hold => ({ reason: 'budget', scope: 'creator', until, message })
  const waiting = (message: string, recheckMs = RECHECK_MS): BudgetRefusal => ({
    hold: hold(message),
    notBefore: Math.min(until ?? Number.POSITIVE_INFINITY, now + recheckMs),
  })
  switch (refusal.code) {
    case 'exceeded': {
      const renewal =
        until === null ? ' and does not renew: raise it.' : `, renews on ${toDay(until, refusal.timeZone)}.`
      return waiting(`Budget ${level} has ${refusal.available ?? 'too little'} left${renewal}`)
    }
    case 'frozen':
      return waiting(`Budget ${level} is frozen: nothing is spent from it.`)
    case 'closed':
      return waiting(`Budget ${level} is closed${until === null ? '.' : ` until ${toDay(until, refusal.timeZone)}.`}`)
    case 'unknown_budget':
      return waiting(`There is no budget ${level}: set it, and it goes on.`)
    case 'no_price':
    case 'currency_mismatch':
    case 'invalid_input':
      return waiting(`Budget ${level} cannot pay: ${error instanceof Error ? error.message : refusal.code}`)
    default:
      return waiting(`Budget ${level} could not be asked; nothing is spent before it answers.`, UNREACHABLE_RECHECK_MS)
  }
}

/** `1 December`, with its time where a day of the budget's zone does not begin. */
function toDay(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const time = `${parts.hour}:${parts.minute}`
  return `${parts.day} ${parts.month}${time === '00:00' ? '' : ` at ${time} ${timeZone}`}`
}

function readRefusal(error: unknown): Refusal {
  const renewsAt = readMember(error, 'renewsAt')
  return {
    code: readText(error, 'code') ?? 'unavailable',
    available: toAmount(readMember(error, 'available')),
    renewsAt: renewsAt instanceof Date ? renewsAt.getTime() : null,
    timeZone: readText(error, 'timeZone') ?? 'UTC',
  }
}

function toAmount(available: unknown): string | null {
  const amountNanos = readMember(available, 'amountNanos')
  const currency = readText(available, 'currency')
  return typeof amountNanos === 'bigint' && currency !== null ? `${toDecimal(amountNanos)} ${currency}` : null
}

function readText(value: unknown, name: string): string | null {
  const member = readMember(value, name)
  return typeof member === 'string' ? member : null
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}
