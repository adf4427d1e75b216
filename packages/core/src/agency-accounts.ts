import type { Accounts } from './accounts/accounts.ts'
import { createAccounts } from './accounts/create-accounts.ts'
import type { AgencyScope } from './agency-scope.ts'

/** The accounts of one agency: wiring only. */
export function createAgencyAccounts(scope: AgencyScope): Accounts {
  const { ports, options, host, vault, readApp, readAgencyId, createId, log, spending } = scope
  return createAccounts({
    readAgencyId,
    store: ports.accounts,
    connectStates: ports.connectStates,
    loginChoices: ports.loginChoices,
    creators: ports.creators,
    vault,
    adapters: options.adapters,
    readApp,
    tokensFrom: options.tokenSource ? 'host' : 'us',
    createId,
    randomBytes: host.randomBytes,
    monotonicNow: host.monotonic,
    startTimeout: host.startTimeout,
    log,
    bookCall: spending?.bookCall,
  })
}
