import type { AgencyScope } from './agency-scope.ts'
import { createPublications } from './publications/create-publications.ts'
import type { Publications } from './publications/publications.ts'

/** The publications of one agency: wiring only. */
export function createAgencyPublications({ ports, adapters, advance, readAgencyId, wake }: AgencyScope): Publications {
  return createPublications({
    readAgencyId,
    store: ports.publications,
    publishing: ports.publishing,
    creators: ports.creators,
    lookNow: (id) => advance(id, { look: 'now' }),
    abilitiesOf: (platform) => {
      const adapter = adapters.get(platform)
      return {
        finds: adapter?.findPublished !== undefined,
        readsOutcome: adapter?.readOutcome !== undefined,
        removes: adapter?.remove !== undefined,
      }
    },
    wake,
  })
}
