import type { Accounts } from './accounts/accounts.ts'
import type { AgencyScope } from './agency-scope.ts'
import type { Creators } from './creators/creators.ts'
import { createPauses, type Reach } from './pauses/create-pauses.ts'
import type { AgencySocial } from './social.ts'

/** The switches of one agency: wiring only. */
export function createAgencyPauses(
  { ports, adapters, agency, readAgencyId, wake }: AgencyScope,
  { accounts, creators, reach }: { readonly accounts: Accounts; readonly creators: Creators; readonly reach: Reach },
): Pick<AgencySocial, 'pause' | 'resume' | 'pauses'> {
  const pauses = createPauses(
    {
      store: ports.pauses,
      resolveAccount: async (_agencyId, id) => accounts.get(id),
      resolveCreator: async (_agencyId, creator) => creators.get(creator),
      platforms: [...adapters.keys()],
      reach,
    },
    agency.id,
  )
  return {
    async pause(pauseScope, options) {
      await readAgencyId()
      return pauses.pause(pauseScope, options)
    },
    async resume(pauseScope, options) {
      await readAgencyId()
      await pauses.resume(pauseScope, options)
      wake()
    },
    async pauses() {
      await readAgencyId()
      return pauses.list()
    },
  }
}
