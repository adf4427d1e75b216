import type { XCall } from './endpoint.ts'
import type { Selection } from './selection.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** Who looks, at what, and when: all that objects in answers are made from. */
export interface Viewing {
  readonly state: XState
  readonly settings: XSettings
  readonly selection: Selection
  /** Null for an app-only token. */
  readonly viewerId: string | null
  readonly baseUrl: string
  readonly now: number
}

export function toViewing({ state, settings, user, context, now }: XCall, selection: Selection): Viewing {
  return { state, settings, selection, viewerId: user?.id ?? null, baseUrl: context.baseUrl, now }
}

/** The members that were asked for, without those that are empty. */
export function pick(all: Readonly<Record<string, unknown>>, names: Iterable<string>): Record<string, unknown> {
  return Object.fromEntries([...names].flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])))
}
