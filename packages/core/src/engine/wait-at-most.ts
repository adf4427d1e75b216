/** Waits for work to end, at most so long; the work itself goes on. */
export async function waitAtMost(
  graceMs: number,
  {
    work,
    after,
  }: {
    readonly work: Promise<unknown> | undefined
    /** Runs once after so many milliseconds; returns how to stop it. */
    readonly after: (ms: number, run: () => void) => () => void
  },
): Promise<void> {
  let endGrace = (): void => undefined
  const grace = new Promise<void>((resolve) => {
    endGrace = after(graceMs, resolve)
  })
  await Promise.race([grace, work])
  endGrace()
}
