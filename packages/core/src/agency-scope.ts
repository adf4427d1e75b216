import type { AgencyId } from './model/ids.ts'
import type { SocialParts } from './social-parts.ts'

/** One agency: the app's own id of it and ours. */
export interface AgencyRef {
  readonly id: AgencyId
  readonly externalId: string
}

/** What all that is done for one agency stands on. */
export interface AgencyScope extends SocialParts {
  readonly agency: AgencyRef
  /** Its row is there from then on. */
  readonly readAgencyId: () => Promise<AgencyId>
  /** There may be work and events now. */
  readonly wake: () => void
}

export function createAgencyScope(parts: SocialParts, agency: AgencyRef): AgencyScope {
  return {
    ...parts,
    agency,
    readAgencyId: createReadAgencyId(parts, agency),
    wake() {
      parts.runner.wake()
      parts.events.wake()
    },
  }
}

/** Once per process: the row is there, or is made. A failure is tried again with the next call. */
function createReadAgencyId({ ports }: SocialParts, agency: AgencyRef): () => Promise<AgencyId> {
  let ensured: Promise<AgencyId> | undefined
  return () => {
    ensured ??= ports.agencies.ensure(agency).then(
      () => agency.id,
      (error: unknown) => {
        ensured = undefined
        throw error
      },
    )
    return ensured
  }
}
