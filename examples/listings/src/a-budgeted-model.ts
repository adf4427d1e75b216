// #region listing
import { setTimeout } from 'node:timers/promises'
import { createOpenAI } from '@ai-sdk/openai'
import { createLedger, isBudgetError, usd } from '@ofm-social/budget'
import { budgeted } from '@ofm-social/budget/ai-sdk'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import { startModelStandIn } from '@ofm-social/budget/stand-in'
import { generateText, streamText } from 'ai'

const standIn = await startModelStandIn({ answer: () => ({ text: 'First light over the bay. '.repeat(10) }) })
const openai = createOpenAI({ baseURL: standIn.url, apiKey: 'any' }) // without these two: the real one

const ledger = createLedger({ store: createMemoryLedgerStore() })
await ledger.setBudget('agency', { limit: usd('500'), period: 'month' })
await ledger.setBudget('agency/ada', { limit: usd('0.003'), period: 'month' })
const readAda = () => ledger.getBudget('agency/ada')

const model = budgeted(openai('gpt-5.4-mini'), { ledger, budget: 'agency/ada', outputTokensMax: 400 })

const { usage } = await generateText({ model, prompt: 'A caption for a sunrise, please.' })
console.log(`generated ${usage.outputTokens} tokens: settled ${(await readAda()).settled}`)

const caller = new AbortController()
const { textStream } = streamText({ model, prompt: 'Another one, please.', abortSignal: caller.signal })
for await (const _ of textStream) caller.abort()
while ((await readAda()).reserved.amountNanos > 0n) await setTimeout(10) // the rest is read in the background
console.log(`the reader of a stream went away: settled ${(await readAda()).settled}`)

const refusal = await generateText({ model, prompt: 'A novel.', maxOutputTokens: 4_000 }).catch(
  (error: unknown) => error,
)
if (isBudgetError(refusal)) console.log(`${refusal.code}: ${refusal.budget} has ${refusal.available} left`)

console.log(`${standIn.calls.length} calls were made`)
await standIn.stop()
// #endregion
