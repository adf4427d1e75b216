import type { AccountId, AgencyId } from '../model/ids.ts'

/** Which permissions are renewed although nothing is published just now. */
export interface RenewalStore {
  /** Takes accounts whose time has come; what is not renewed comes again after `retryAfterMs`. With an agency: only its own. */
  take(options: {
    readonly limit: number
    readonly retryAfterMs: number
    readonly agencyId?: AgencyId
  }): Promise<readonly { readonly agencyId: AgencyId; readonly accountId: AccountId }[]>
  /** When the next one's time comes. */
  nextDueInMs(options?: { readonly agencyId?: AgencyId }): Promise<number | null>
}
