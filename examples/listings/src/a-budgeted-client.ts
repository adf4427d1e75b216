// #region listing
import Anthropic from '@anthropic-ai/sdk'
import { createLedger, usd } from '@ofm-social/budget'
import { budgetedFetch, findBudgetError } from '@ofm-social/budget/fetch'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import { startModelStandIn } from '@ofm-social/budget/stand-in'
import OpenAI from 'openai'

const standIn = await startModelStandIn({ answer: () => ({ text: 'First light over the bay. '.repeat(10) }) })
const ledger = createLedger({ store: createMemoryLedgerStore() })
await ledger.setBudget('agency', { limit: usd('500'), period: 'month' })
await ledger.setBudget('agency/ada', { limit: usd('0.005'), period: 'month' })
const readAda = () => ledger.getBudget('agency/ada')

const fetch = budgetedFetch({ ledger, budget: 'agency/ada', outputTokensMax: 400 })
const openai = new OpenAI({ fetch, baseURL: standIn.url, apiKey: 'any' }) // without the last two: the real one
const anthropic = new Anthropic({ fetch, baseURL: standIn.origin, apiKey: 'any' })

const prompt = [{ role: 'user' as const, content: 'A caption for a sunrise, please.' }]
const stream = await openai.chat.completions.create({ model: 'gpt-5.4-mini', messages: prompt, stream: true })
let caption = ''
for await (const { choices } of stream) caption += choices[0]?.delta.content ?? ''
console.log(`OpenAI streamed ${caption.length} characters: settled ${(await readAda()).settled}`)

const message = { model: 'claude-haiku-4-5', max_tokens: 300, messages: prompt }
const { usage } = await anthropic.messages.create(message)
console.log(`Anthropic generated ${usage.output_tokens} tokens: settled ${(await readAda()).settled}`)

const failure = await anthropic.messages.create({ ...message, max_tokens: 4_000 }).catch((error: unknown) => error)
const refusal = findBudgetError(failure)
console.log(`${refusal?.code}: ${refusal?.budget} has ${refusal?.available} left`)

console.log(`${standIn.calls.length} calls were made`)
await standIn.stop()
// #endregion listing
