// #region listing
import { createLedger, usd } from '@ofm-social/budget'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import {
  countTokens,
  createPriceBook,
  estimateCall,
  publishedPrices,
  publishedPricesVersion,
  quoteUsage,
  readUsage,
} from '@ofm-social/budget/prices'
import { startModelStandIn } from '@ofm-social/budget/stand-in'
import OpenAI from 'openai'

const standIn = await startModelStandIn()
const client = new OpenAI({ baseURL: standIn.url, apiKey: 'any', maxRetries: 0 })
const ledger = createLedger({ store: createMemoryLedgerStore() })
await ledger.setBudget('agency', { limit: usd('500'), period: 'month' })

const prices = createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
const call = { vendor: 'openai', model: 'gpt-5.4-mini', at: new Date() }
const prompt = 'A caption for a sunrise, please.'
const input = BigInt(Math.ceil(countTokens(prompt) * 1.25) + 16)
const upTo = estimateCall(prices, { ...call, input: { input }, outputTokensMax: 300n })

const caption = await ledger.withReservation({ budget: 'agency', upTo }, async (spend) => {
  const answer = await client.chat.completions.create({
    model: call.model,
    messages: [{ role: 'user', content: prompt }],
    max_completion_tokens: 300, // the bound that was reserved
  })
  const reading = readUsage(answer, call)
  if (reading) spend(quoteUsage(prices, [reading.usage, ...reading.others], call))
  return answer.choices[0]?.message.content
})
const { settled } = await ledger.getBudget('agency')
console.log(`${caption}: reserved up to ${upTo.amount}, settled ${settled}`)
await standIn.stop()
// #endregion
