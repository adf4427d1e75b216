import { DefaultLogger, IllegalStateError, Runtime } from '@temporalio/worker'

/** Only errors of the SDK are shown. Once per process, before the first worker. */
export function silenceRuntime(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') })
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error
  }
}
