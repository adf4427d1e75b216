// #region listing
import { createLedger, usd } from '@ofm-social/budget'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'

const ledger = createLedger({ store: createMemoryLedgerStore() })
await ledger.setBudget('agency', { limit: usd('100'), period: 'month' })
await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month' })
await ledger.record({ budget: 'agency/ada', cost: usd('9.90') }) // ten cents are left

let calls = 0
const askModel = async () => {
  calls += 1 // from here on the vendor bills
  return { text: 'First light', cost: usd('0.04') }
}
const outcomes = await Promise.allSettled(
  Array.from({ length: 20 }, () =>
    ledger.withReservation({ budget: 'agency/ada', upTo: usd('0.05') }, async (spend) => {
      const answer = await askModel()
      spend(answer.cost)
      return answer.text
    }),
  ),
)

const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
const { settled, available } = await ledger.getBudget('agency/ada')
console.log(`${calls} of 20 calls were made, ${refused.length} were refused before the call`)
console.log(`settled ${settled}, left ${available}`)
console.log(refused[0]?.message.replace(/;.*/, ''))
// #endregion
