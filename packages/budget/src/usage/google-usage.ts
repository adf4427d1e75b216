import { type CountReader, createCountReader } from './count-reader.ts'
import { findUsage } from './find-usage.ts'
import { toTier } from './service-tier.ts'
import { addQuantities, type Quantities, splitWhole, sumOf, toQuantities } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * The usage of an answer of Google's Gemini API. Prompt counts include the cache; tool use and thinking come on top.
 *
 * https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function readGoogleUsage(answer: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const raw = findUsage(answer)
  const [usage, whole] = [createCountReader(raw, problems), createCountReader(answer, problems)]
  const prompt = splitInput(usage, 'promptTokenCount', 'promptTokensDetails')
  const tools = splitInput(usage, 'toolUsePromptTokenCount', 'toolUsePromptTokensDetails')
  const quantities = { ...takeCached(usage, addQuantities(prompt, tools)), ...readOutput(usage) }
  const total = usage.count('totalTokenCount')
  const sum = sumOf(quantities)
  if (total !== null && total !== sum) usage.note(`totalTokenCount is ${total}; its parts sum to ${sum}.`)
  // What the parts do not explain is output: the dearer reading.
  const complete = total !== null && total > sum ? addQuantities(quantities, { output: total - sum }) : quantities
  return {
    usage: {
      vendor: context.vendor,
      model: whole.text('modelVersion') ?? context.model,
      tier: toTier(usage.text('serviceTier') ?? usage.text('trafficType')) ?? context.tier ?? null,
      quantities: complete,
      source: 'provider',
      raw,
    },
    others: [],
    problems,
  }
}

function splitInput(usage: CountReader, count: string, details: string): Quantities {
  const parts = readModalities(usage, details)
  return splitWhole(usage, {
    whole: usage.count(count),
    rest: 'input',
    parts: toQuantities({
      input_audio: parts.get('AUDIO') ?? null,
      input_video: parts.get('VIDEO') ?? null,
      // Documents are priced as images.
      input_image: addKnown(parts.get('IMAGE'), parts.get('DOCUMENT')),
    }),
  })
}

/** Moves what came from the cache from the plain meters to the cached ones. */
function takeCached(usage: CountReader, input: Quantities): Quantities {
  const cached = usage.count('cachedContentTokenCount')
  if (cached === null) return input
  const parts = readModalities(usage, 'cacheTokensDetails')
  const audio = least(parts.get('AUDIO') ?? 0n, input.input_audio ?? 0n, cached)
  const image = least(
    (parts.get('IMAGE') ?? 0n) + (parts.get('DOCUMENT') ?? 0n),
    input.input_image ?? 0n,
    cached - audio,
  )
  const text = cached - audio - image
  const plain = input.input ?? 0n
  if (text > plain) usage.note(`cachedContentTokenCount is ${cached}, more than the prompt has.`)
  return {
    ...input,
    input: text > plain ? 0n : plain - text,
    input_cached: text,
    ...(audio > 0n ? { input_audio: (input.input_audio ?? 0n) - audio, input_cached_audio: audio } : {}),
    ...(image > 0n ? { input_image: (input.input_image ?? 0n) - image, input_cached_image: image } : {}),
  }
}

function readOutput(usage: CountReader): Quantities {
  const parts = readModalities(usage, 'candidatesTokensDetails')
  const visible = splitWhole(usage, {
    whole: usage.count('candidatesTokenCount'),
    rest: 'output',
    parts: toQuantities({ output_audio: parts.get('AUDIO') ?? null, output_image: parts.get('IMAGE') ?? null }),
  })
  return { ...visible, ...toQuantities({ reasoning: usage.count('thoughtsTokenCount') }) }
}

function readModalities(usage: CountReader, path: string): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const detail of usage.list(path)) {
    const modality = detail.text('modality') ?? 'TEXT'
    sums.set(modality, (sums.get(modality) ?? 0n) + (detail.count('tokenCount') ?? 0n))
  }
  return sums
}

function addKnown(one: bigint | undefined, other: bigint | undefined): bigint | null {
  return one === undefined && other === undefined ? null : (one ?? 0n) + (other ?? 0n)
}

function least(...counts: readonly bigint[]): bigint {
  const [smallest = 0n] = [...counts].sort((one, other) => (one < other ? -1 : 1))
  return smallest
}
