import type { LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4StreamResult } from '@ai-sdk/provider'
import type { CallSettings } from '../call/call-settings.ts'
import { runCall } from '../call/run-call.ts'
import type { PreparedCall } from './prepare-call.ts'
import { createStreamTally } from './stream-tally.ts'

/** One streamed call. */
export function streamBudgeted(
  model: LanguageModelV4,
  call: PreparedCall,
  settings: CallSettings,
): Promise<LanguageModelV4StreamResult> {
  return runCall<LanguageModelV4StreamPart, LanguageModelV4StreamResult>(call, settings, {
    signal: call.params.abortSignal,
    async open(abortSignal) {
      // Raw parts have the tier, the tools, and what an interrupted stream said of its input.
      const result = await model.doStream({ ...call.params, abortSignal, includeRawChunks: true })
      return {
        kind: 'streamed',
        stream: result.stream,
        tally: createStreamTally(),
        passes: (part) => part.type !== 'raw' || call.params.includeRawChunks === true,
        give: (stream) => ({ ...result, stream }),
        toRefusal: (error) => ({ type: 'error', error }),
        whenCut: 'counted',
      }
    },
  })
}
