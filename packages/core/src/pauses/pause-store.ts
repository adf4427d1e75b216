import type { AgencyId } from '../model/ids.ts'
import type { Pause } from './pauses.ts'

/** A switch as it is stored. `everything` lives under the installation's agency `*`. */
export interface PauseKey {
  readonly scope: Pause['scope']
  /** Id of the account, creator or agency, the platform, `*` for everything. */
  readonly key: string
}

/** Rows of `ofm.hold` with the reason `paused`. Every change wakes the publications that it covers, in the same transaction. */
export interface PauseStore {
  /** Switches on, or changes reason and time of one that is on. Written once the statement has committed: every S2 that begins later sees it. */
  pause(
    agencyId: AgencyId,
    key: PauseKey,
    pause: { readonly reason: string; readonly by: string; readonly until: Date | null },
  ): Promise<Pause>
  /**
   * Switches off. What the switch held is told `publication.resumed` by this person. Covered publications that are due and not ended get `spaced` and are woken (`release` in publishing/commands.ts). Also ends shared
   * holds of other reasons in the scope, but not `permission`: a person says that it can go on. False when nothing was on.
   */
  resume(agencyId: AgencyId, key: PauseKey, by: string): Promise<boolean>
  /** Switches that are on for this agency, the installation's among them. */
  list(agencyId: AgencyId): Promise<readonly Pause[]>
}
