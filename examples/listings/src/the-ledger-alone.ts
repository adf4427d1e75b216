// #region listing
import { createLedger, usd } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { pool } from './host-app.ts'
import { askModel } from './language-model.ts'

const ledger = createLedger({ store: createPostgresLedgerStore({ pool }) })
await ledger.migrate()
await ledger.setBudget('agency', { limit: usd('500'), period: 'month', timeZone: 'Europe/Paris' })
await ledger.setBudget('agency/ada', { limit: usd('40'), period: 'month', alertAt: [0.8, 1] })

const caption = await ledger.withReservation({ budget: 'agency/ada', upTo: usd('0.05') }, async (spend) => {
  const answer = await askModel()
  spend(answer.cost)
  return answer.text
})

// #endregion

export { caption }
