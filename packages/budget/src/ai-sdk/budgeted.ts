import type { LanguageModelV4, LanguageModelV4Middleware } from '@ai-sdk/provider'
import { wrapLanguageModel } from 'ai'
import type { BudgetedOptions } from '../call/budgeted-options.ts'
import { createCallSettings } from '../call/call-settings.ts'
import { type LedgerHost, nodeHost } from '../ledger-host.ts'
import { generateBudgeted } from './generate-budgeted.ts'
import { prepareCall } from './prepare-call.ts'
import { streamBudgeted } from './stream-budgeted.ts'

/**
 * A language model of the AI SDK that stops before a call which its budget cannot pay, and settles exactly afterwards, streams and aborts included. Each
 * attempt and each step of a tool loop is a reservation of its own.
 */
export function budgeted(
  model: Parameters<typeof wrapLanguageModel>[0]['model'],
  options: BudgetedOptions,
): LanguageModelV4 {
  return wrapLanguageModel({ model, middleware: budgetMiddleware(options) })
}

/** The same as middleware, to be put beside others; the last of a list is next to the model, where this one belongs. */
export function budgetMiddleware(options: BudgetedOptions): LanguageModelV4Middleware {
  return budgetMiddlewareOn(options, nodeHost)
}

/** The same, on another machine's clock and timers. */
export function budgetMiddlewareOn(
  options: BudgetedOptions,
  host: Pick<LedgerHost, 'now' | 'after'>,
): LanguageModelV4Middleware {
  const settings = createCallSettings(options, host)
  return {
    specificationVersion: 'v4',
    wrapGenerate: async ({ model, params }) => generateBudgeted(model, prepareCall(model, params, settings), settings),
    wrapStream: async ({ model, params }) => streamBudgeted(model, prepareCall(model, params, settings), settings),
  }
}
