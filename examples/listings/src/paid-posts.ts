// #region listing
import { createLedger, usd } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createSocial } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createXAdapter } from '@ofm-social/platform-x'
import { clientId, clientSecret, pool } from './host-app.ts'

const ledger = createLedger({ store: createPostgresLedgerStore({ pool }) })
await ledger.migrate()
await ledger.setBudget('agency', { limit: usd('200'), period: 'month' })
await ledger.setBudget('agency/ada', { limit: usd('40'), period: 'month' })

const social = createSocial({
  store: createPostgresStore({ pool }),
  adapters: [createXAdapter()],
  apps: { x: { clientId, clientSecret } },
  secretKey: process.env.OFM_KEY,
  spending: ledger,
})

// #endregion

export { ledger, social }
