/** Runs once when the signal aborts, at once if it has. Returns how to stop listening. */
export function onAbort(signal: AbortSignal | undefined, run: (reason: unknown) => void): () => void {
  if (!signal) return () => {}
  const listen = () => run(signal.reason)
  if (signal.aborted) listen()
  else signal.addEventListener('abort', listen, { once: true })
  return () => signal.removeEventListener('abort', listen)
}
