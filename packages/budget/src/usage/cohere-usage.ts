import { createCountReader } from './count-reader.ts'
import { readPath } from './read-path.ts'
import { toQuantities } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/** What Cohere bills; null: it is no answer of Cohere's. Beside the usage of Chat, in the `meta` of Embed and Rerank. */
export function findBilledUnits(answer: object): object | null {
  for (const path of [['usage', 'billed_units'], ['meta', 'billed_units'], ['billed_units']]) {
    const units = readPath(answer, ...path)
    if (typeof units === 'object' && units !== null) return units
  }
  return null
}

/**
 * The usage of an answer of Cohere. `tokens` beside the billed units counts what the model saw, with Cohere's own preamble, which is not billed.
 *
 * https://docs.cohere.com/reference/chat
 */
export function readCohereUsage(answer: object, billedUnits: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const billed = createCountReader(billedUnits, problems)
  const quantities = toQuantities({
    input: billed.count('input_tokens'),
    output: billed.count('output_tokens'),
    input_image: billed.count('image_tokens'),
    image: billed.count('images'),
    search_unit: billed.count('search_units'),
    classification: billed.count('classifications'),
  })
  const { vendor, model, tier = null } = context
  const raw = readPath(answer, 'usage') ?? readPath(answer, 'meta') ?? billedUnits
  return { usage: { vendor, model, tier, quantities, source: 'provider', raw }, others: [], problems }
}
