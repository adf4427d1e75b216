import { type BudgetError, isBudgetError } from '../budget-error.ts'

const marker = Symbol.for('ofm-social.budget-refusal')

/** Nothing is wrong with the request; the ledger itself cannot answer now. */
const notNow = new Set(['overloaded', 'unavailable', 'stopped'])
const refused = new Set(['exceeded', 'frozen', 'closed'])

/**
 * A refusal as an answer. Clients repeat what `fetch` throws, as if the connection had failed; what is answered like this they hand to their caller at once.
 * The body has the form of OpenAI's errors and of Anthropic's.
 */
export function toRefusal(error: BudgetError): Response {
  const { code, message, budget, available, renewsAt } = error
  const details = {
    type: 'budget_refused',
    code,
    message,
    param: null,
    budget,
    available: available?.toJSON() ?? null,
    renews_at: renewsAt?.toISOString() ?? null,
  }
  const status = refused.has(code) ? 402 : notNow.has(code) ? 503 : 400
  const response = new Response(JSON.stringify({ type: 'error', message, error: details }), {
    status,
    headers: { 'content-type': 'application/json', 'x-should-retry': 'false' },
  })
  // Clients keep the headers of an answer with the error that they make of it.
  Object.defineProperty(response.headers, marker, { value: error })
  return response
}

/**
 * The ledger's own error behind what a client threw, also when something has wrapped it as a `cause`. Null: it failed for another reason.
 */
export function findBudgetError(error: unknown): BudgetError | null {
  const seen = new Set<unknown>()
  for (let inner = error; typeof inner === 'object' && inner !== null && !seen.has(inner); ) {
    seen.add(inner)
    if (isBudgetError(inner)) return inner
    const headers: unknown = Reflect.get(inner, 'headers')
    const found: unknown = typeof headers === 'object' && headers !== null ? Reflect.get(headers, marker) : undefined
    if (isBudgetError(found)) return found
    inner = Reflect.get(inner, 'cause')
  }
  return null
}
