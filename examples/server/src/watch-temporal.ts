import { Connection } from '@temporalio/client'
import type { Engine } from './engine.ts'
import type { TemporalConfig } from './temporal-config.ts'
import { toConnectionOptions } from './temporal-connection.ts'

const answerTimeoutMs = 2_000

/** For a process that only takes requests: it needs no Temporal, and says whether one answers. */
export async function watchTemporal(config: TemporalConfig): Promise<Engine> {
  const connection = Connection.lazy(await toConnectionOptions(config))
  return {
    kind: 'temporal',
    async readState() {
      try {
        await connection.withAbortSignal(AbortSignal.timeout(answerTimeoutMs), () =>
          connection.workflowService.getSystemInfo({}),
        )
        return 'elsewhere'
      } catch {
        return 'away'
      }
    },
    stop: () => connection.close(),
  }
}
