import type { Client } from '@temporalio/client'

/** A call of Temporal that is over with the signal. The connection of workers does not pass one on, so the wait ends here; what was sent may have arrived. */
export async function callUntil<Result>(
  client: Pick<Client, 'withAbortSignal'>,
  signal: AbortSignal,
  call: () => Promise<Result>,
): Promise<Result> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([client.withAbortSignal(signal, call), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
