import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type LedgerHost, nodeHost } from '../ledger-host.ts'
import { type PaidSetting, startPaid } from '../testing/start-paid.test-support.ts'
import { budgetedFetchOn } from './budgeted-fetch.ts'
import type { BudgetedFetchOptions } from './budgeted-fetch-options.ts'

export interface BudgetedSetting extends Partial<BudgetedFetchOptions>, PaidSetting {
  readonly host?: Pick<LedgerHost, 'now' | 'after'>
}

/** A stand-in, a ledger in memory, and the official clients between them as they are, with their own retries. */
export async function startBudgeted({ answer, limit, host = nodeHost, ...options }: BudgetedSetting = {}) {
  const started = await startPaid({ ...(answer ? { answer } : {}), ...(limit === undefined ? {} : { limit }) })
  const { standIn, paid } = started
  const fetch = budgetedFetchOn({ ...paid, ...options }, host)
  return {
    ...started,
    fetch,
    openai: new OpenAI({ baseURL: standIn.url, apiKey: 'any', fetch }),
    anthropic: new Anthropic({ baseURL: standIn.origin, apiKey: 'any', fetch }),
  }
}

/** What a call failed with. */
export const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
