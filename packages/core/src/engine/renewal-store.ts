import type { AccountId, AgencyId } from '../model/ids.ts'

/** Which permissions are renewed although nothing is published just now. */
export interface RenewalStore {
  /** Takes accounts whose time has come; what is not renewed comes again after `retryAfterMs`. */
  take(options: {
    readonly limit: number
    readonly retryAfterMs: number
  }): Promise<readonly { readonly agencyId: AgencyId; readonly accountId: AccountId }[]>
}
