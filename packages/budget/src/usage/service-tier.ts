/** The words of vendors for what the catalogue calls `standard`. */
const standardWords = new Set(['default', 'standard', 'on_demand', 'on-demand', 'service_tier_standard'])

/**
 * A vendor's word for the tier that served the call, as the catalogue's. Null: not said. `auto` says nothing: it is what was asked, not what was given.
 */
export function toTier(word: string | null): string | null {
  if (word === null) return null
  const tier = word.toLowerCase()
  if (tier === 'auto' || tier === 'unspecified') return null
  if (standardWords.has(tier)) return 'standard'
  // OpenAI's fast mode is billed as priority: https://developers.openai.com/api/docs/pricing
  if (tier === 'fast') return 'priority'
  return tier.replace(/^(on_demand_|service_tier_)/, '')
}
