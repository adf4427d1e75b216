import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import { SocialError } from '../social-error.ts'
import { parsePause, parseResume, parseScope } from './pause-input.ts'
import type { PauseKey, PauseStore } from './pause-store.ts'
import type { Pause, PauseScope } from './pauses.ts'

export interface PausesDependencies {
  readonly store: PauseStore
  /** By our id or the app's own; throws `not_found`. */
  readonly resolveCreator: (agencyId: AgencyId, creator: string) => Promise<{ readonly id: CreatorId }>
  /** Throws `not_found`. */
  readonly resolveAccount: (agencyId: AgencyId, account: string) => Promise<{ readonly id: AccountId }>
  readonly platforms: readonly string[]
  readonly reach: Reach
}

/** How far switches may reach: one of many agencies must not stop the others. */
export type Reach = 'agency' | 'installation'

export interface Pauses {
  pause(
    scope: PauseScope,
    options?: { readonly reason?: string; readonly until?: Date; readonly by?: string },
  ): Promise<Pause>
  resume(scope: PauseScope, options?: { readonly by?: string }): Promise<void>
  list(): Promise<readonly Pause[]>
}

/** The installation's own rows. */
export const INSTALLATION = '*' as AgencyId

/** Switches that stop every publish that has not begun (S12). */
export function createPauses(dependencies: PausesDependencies, agencyId: AgencyId): Pauses {
  const { store } = dependencies
  const owner = (key: PauseKey): AgencyId => (key.scope === 'everything' ? INSTALLATION : agencyId)
  return {
    async pause(scope, options) {
      const { reason, by, until = null } = parsePause(options)
      const key = await toKey(dependencies, agencyId, parseScope(scope))
      return store.pause(owner(key), key, { reason, by, until })
    },
    async resume(scope, options) {
      const { by } = parseResume(options)
      const key = await toKey(dependencies, agencyId, parseScope(scope))
      await store.resume(owner(key), key, by)
    },
    list: () => store.list(agencyId),
  }
}

async function toKey(dependencies: PausesDependencies, agencyId: AgencyId, scope: PauseScope): Promise<PauseKey> {
  if ('account' in scope)
    return { scope: 'account', key: (await dependencies.resolveAccount(agencyId, scope.account)).id }
  if ('creator' in scope)
    return { scope: 'creator', key: (await dependencies.resolveCreator(agencyId, scope.creator)).id }
  if ('platform' in scope) {
    if (!dependencies.platforms.includes(scope.platform)) {
      throw new SocialError(
        'unknown_platform',
        `No adapter for ${scope.platform}; there are: ${dependencies.platforms.join(', ')}.`,
      )
    }
    return { scope: 'platform', key: scope.platform }
  }
  if ('agency' in scope) return { scope: 'agency', key: agencyId }
  if (dependencies.reach === 'installation') return { scope: 'everything', key: '*' }
  throw new SocialError(
    'not_allowed',
    'Only the social of the whole installation may pause or resume everything; an agency has { agency: true }.',
  )
}
