import type { LanguageModelV4, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { CallSettings } from '../call/call-settings.ts'
import { runCall } from '../call/run-call.ts'
import { priceCounted, priceReading, toUsageContext } from '../call/settle-call.ts'
import { readAnswerUsage } from './answer-usage.ts'
import type { PreparedCall } from './prepare-call.ts'

/** One call without a stream. */
export function generateBudgeted(
  model: LanguageModelV4,
  call: PreparedCall,
  settings: CallSettings,
): Promise<LanguageModelV4GenerateResult> {
  return runCall(call, settings, {
    signal: call.params.abortSignal,
    async open(abortSignal) {
      const result = await model.doGenerate({ ...call.params, abortSignal })
      return { kind: 'whole', result, cost: priceResult(call, result, settings) }
    },
  })
}

function priceResult(call: PreparedCall, result: LanguageModelV4GenerateResult, settings: CallSettings) {
  const { usage, providerMetadata, response } = result
  const parts = { body: response?.body, usage, providerMetadata, modelId: response?.modelId }
  const reading = readAnswerUsage(parts, toUsageContext(call))
  if (reading) return priceReading(call, reading, settings)
  const receivedText = result.content.map((part) => ('text' in part ? part.text : JSON.stringify(part))).join('')
  return priceCounted(call, { said: null, receivedText }, settings)
}
