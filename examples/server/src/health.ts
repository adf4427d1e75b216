import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What the probes of an orchestrator ask. */
export interface Health {
  /** Whether the process still turns: anything else is no reason to kill it. */
  isLive(): boolean
  /** Names of what keeps us from taking requests; empty when nothing does. */
  findObstacles(): Promise<readonly string[]>
  /** From now on `findObstacles` names the drain. */
  drain(): void
  stop(): void
}

const loopDelayMsMax = 1_000

/** @param checks By name: each throws when its part is not usable. Names are shown to everybody, what was thrown goes to `report` alone. */
export function createHealth(
  checks: Readonly<Record<string, () => Promise<unknown>>>,
  report: (name: string, error: unknown) => void,
): Health {
  const delay = monitorEventLoopDelay({ resolution: 100 })
  delay.enable()
  let draining = false
  const passes = async ([name, check]: [string, () => Promise<unknown>]): Promise<string[]> => {
    try {
      await check()
      return []
    } catch (error) {
      report(name, error)
      return [name]
    }
  }
  return {
    isLive() {
      const delayMs = delay.percentile(99) / 1e6
      delay.reset()
      return !(delayMs > loopDelayMsMax)
    },
    async findObstacles() {
      if (draining) return ['stopping']
      return (await Promise.all(Object.entries(checks).map(passes))).flat()
    },
    drain() {
      draining = true
    },
    stop() {
      delay.disable()
    },
  }
}
