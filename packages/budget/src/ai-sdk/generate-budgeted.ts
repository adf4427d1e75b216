import type { LanguageModelV4, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { readAnswerUsage } from './answer-usage.ts'
import type { CallSettings } from './call-settings.ts'
import { mayHaveCost } from './may-have-cost.ts'
import type { PreparedCall } from './prepare-call.ts'
import { countUsage, priceReading, report, toUsageContext } from './settle-call.ts'
import { createUpstream, onAbort, type Upstream } from './upstream.ts'

/** One call without a stream: reserved, made, settled. */
export async function generateBudgeted(
  model: LanguageModelV4,
  call: PreparedCall,
  settings: CallSettings,
): Promise<LanguageModelV4GenerateResult> {
  const { budget, reference, ledger } = settings
  const { abortSignal } = call.params
  const upstream = createUpstream(settings)
  const request = { budget, upTo: call.upTo, reference, signal: abortSignal }
  const answered = ledger.withReservation(request, async (spend) => {
    try {
      const result = await model.doGenerate({ ...call.params, abortSignal: upstream.signal })
      spend(priceReading(call, readResult(call, result, settings), settings))
      return result
    } catch (error) {
      if (mayHaveCost(error)) spend(call.upTo)
      throw error
    } finally {
      upstream.close()
    }
  })
  return leaveOnAbort(answered, { abortSignal, upstream, call, settings })
}

function readResult(call: PreparedCall, result: LanguageModelV4GenerateResult, settings: CallSettings) {
  const { usage, providerMetadata, response } = result
  const parts = { body: response?.body, usage, providerMetadata, modelId: response?.modelId }
  const text = result.content.map((part) => ('text' in part ? part.text : JSON.stringify(part))).join('')
  return readAnswerUsage(parts, toUsageContext(call)) ?? countUsage(call, null, text, settings)
}

/** The caller need not wait for a call that it aborted; its settlement goes on. */
function leaveOnAbort<Result>(
  working: Promise<Result>,
  { abortSignal, upstream, call, settings }: LeaveOptions,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let left = false
    const stop = onAbort(abortSignal, (reason) => {
      left = true
      upstream.leave(reason)
      reject(reason)
    })
    working.then(resolve, (error: unknown) => {
      if (left && error !== abortSignal?.reason) report(call, settings, 'An aborted call ended with an error.', error)
      reject(error)
    })
    working.then(stop, stop)
  })
}

interface LeaveOptions {
  readonly abortSignal: AbortSignal | undefined
  readonly upstream: Upstream
  readonly call: PreparedCall
  readonly settings: CallSettings
}
