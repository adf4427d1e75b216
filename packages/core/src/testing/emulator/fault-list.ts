import type { EmulatorFault, FaultRule } from './emulator-fault.ts'

/** The faults that are still to be played, in the order in which they were added. */
export interface FaultList {
  /** Throws a `SyntaxError` when `pathPattern` is no regular expression. */
  add(rule: FaultRule): void
  clear(): void
  /** The fault for a request; counts as one of its `times`. */
  take(request: { readonly method: string; readonly path: string }): EmulatorFault | undefined
}

interface PendingFault {
  readonly matches: (method: string, path: string) => boolean
  readonly fault: EmulatorFault
  timesLeft: number
}

/** Starts empty. */
export function createFaultList(): FaultList {
  let pending: PendingFault[] = []
  return {
    add(rule) {
      pending.push({ matches: toMatcher(rule.match), fault: rule.fault, timesLeft: rule.times ?? 1 })
    },
    clear() {
      pending = []
    },
    take({ method, path }) {
      const hit = pending.find((candidate) => candidate.matches(method, path))
      if (!hit) return undefined
      hit.timesLeft -= 1
      if (hit.timesLeft <= 0) pending = pending.filter((candidate) => candidate !== hit)
      return hit.fault
    },
  }
}

function toMatcher({ method, path, pathPattern }: FaultRule['match']): PendingFault['matches'] {
  const pattern = pathPattern === undefined ? undefined : new RegExp(pathPattern)
  return (actualMethod, actualPath) =>
    (method === undefined || method.toUpperCase() === actualMethod) &&
    (path === undefined || actualPath.startsWith(path)) &&
    (pattern === undefined || pattern.test(actualPath))
}
