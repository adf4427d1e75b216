import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import { readPath } from '../usage/read-path.ts'
import { readUsage } from '../usage/read-usage.ts'
import { readSdkUsage } from '../usage/sdk-usage.ts'
import type { UsageContext, UsageReading } from '../usage/usage-reading.ts'

/** What a provider said about a call, wherever the SDK kept it. */
export interface AnswerParts {
  /** The provider's own answer, when it is at hand. */
  readonly body?: unknown
  readonly usage?: LanguageModelV4Usage
  readonly providerMetadata?: unknown
  readonly modelId?: string
}

/** The provider's own object first; the SDK's summary leaves out tools, tiers and the lifetime of cache writes. Null: nothing was said. */
export function readAnswerUsage(parts: AnswerParts, context: UsageContext): UsageReading | null {
  const { vendor } = context
  const tier = ['serviceTier', 'service_tier'].map((key) => readPath(parts.providerMetadata, vendor, key)).find(isText)
  const named = { ...context, ...(parts.modelId ? { model: parts.modelId } : {}) }
  const reading =
    readUsage(parts.body, named) ??
    readUsage(addTier(parts.usage?.raw, tier), named) ??
    (parts.usage ? readSdkUsage(parts.usage, named) : null)
  return reading && addSearches(reading, parts.providerMetadata)
}

function addTier(raw: object | undefined, tier: string | undefined): unknown {
  return raw && tier ? { service_tier: tier, serviceTier: tier, ...raw } : raw
}

/** Google bills searches by the query, and lists them beside the usage: https://ai.google.dev/gemini-api/docs/google-search */
function addSearches(reading: UsageReading, providerMetadata: unknown): UsageReading {
  const queries = readPath(providerMetadata, 'google', 'groundingMetadata', 'webSearchQueries')
  if (!Array.isArray(queries) || queries.length === 0) return reading
  const quantities = { ...reading.usage.quantities, web_search: BigInt(queries.length) }
  return { ...reading, usage: { ...reading.usage, quantities } }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
