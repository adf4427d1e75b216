/** What a switch stops. Exactly one member. */
export type PauseScope =
  | { readonly account: string }
  | { readonly creator: string }
  | { readonly platform: string }
  /** The agency of this `social`. */
  | { readonly agency: true }
  /** The whole installation; not for `forAgency`. */
  | { readonly everything: true }

/** A switch that is on. */
export interface Pause {
  readonly scope: 'account' | 'creator' | 'platform' | 'agency' | 'everything'
  readonly key: string
  readonly reason: string
  readonly by: string
  readonly since: Date
  readonly until: Date | null
}
