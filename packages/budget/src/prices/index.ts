export { publishedPrices, publishedPricesVersion } from '../catalogue/published-prices.ts'
export { countBytes, countTokens, type TokenCounter } from '../estimate/count-tokens.ts'
export { type CallEstimate, estimateCall } from '../estimate/estimate-call.ts'
export {
  createUsageHistory,
  type ModelHistory,
  type PastCall,
  type UsageHistory,
  type UsageHistoryOptions,
} from '../estimate/usage-history.ts'
export { readAnthropicUsage } from '../usage/anthropic-usage.ts'
export { readBedrockUsage } from '../usage/bedrock-usage.ts'
export { readGoogleUsage } from '../usage/google-usage.ts'
export { readOpenAIImageUsage, readOpenAIUsage } from '../usage/openai-usage.ts'
export { readUsage } from '../usage/read-usage.ts'
export type { UsageContext, UsageReading } from '../usage/usage-reading.ts'
export type { CatalogueModel, MeterPrices, PriceCard, PriceCatalogue } from './catalogue.ts'
export { type CatalogueChange, compareCatalogues } from './compare-catalogues.ts'
export { createPriceBook, type PriceBook, type PriceBookOptions } from './price-book.ts'
export type { Price, PriceConditions, PricedModel } from './priced-model.ts'
export { quoteUsage } from './quote-usage.ts'
