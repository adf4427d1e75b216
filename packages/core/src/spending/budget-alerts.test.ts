import { expect, test } from 'vitest'
import type { BudgetSocialEvent } from '../events/social-event.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createMemorySpending } from './memory-spending.test-support.ts'
import type { Spending, SpendingAlert } from './spending.ts'

const money = (text: string) => ({ currency: 'USD', amountNanos: 0n, toJSON: () => text })
const alertOf = (id: string): SpendingAlert => ({
  id,
  budget: 'agency/ada',
  at: new Date('2026-03-05T10:00:00Z'),
  rule: 'settled 80%',
  of: 'settled',
  threshold: money('32.00 USD'),
  before: money('31.00 USD'),
  after: money('33.00 USD'),
  limit: money('40.00 USD'),
  available: null,
  periodStartsAt: new Date('2026-03-01T00:00:00Z'),
  periodEndsAt: new Date('2026-04-01T00:00:00Z'),
  contributors: [{ budget: 'agency/ada/launch', amount: money('30.00 USD') }],
  models: [{ vendor: 'openai', model: 'gpt-5.4-mini', amount: money('29.00 USD') }],
})

/** Alerts by tenant, as a ledger hands them out: one that was handled is gone, the others come again. */
function createAlertingLedger() {
  const alerts = new Map<string, readonly SpendingAlert[]>()
  let deaths: ('before' | 'after')[] = []
  const mayDie = (when: 'before' | 'after') => {
    if (deaths[0] !== when) return
    deaths = deaths.slice(1)
    throw new Error('the process died')
  }
  const forTenant = (tenant: string): Spending => ({
    ...createMemorySpending(() => 0),
    async deliverAlerts(handler, { max }) {
      const mine = (alerts.get(tenant) ?? []).slice(0, max)
      for (const alert of mine) {
        mayDie('before')
        await handler(alert)
        mayDie('after')
        alerts.set(
          tenant,
          (alerts.get(tenant) ?? []).filter((other) => other !== alert),
        )
      }
      return mine.length
    },
  })
  const die = (...when: typeof deaths) => {
    deaths = when
  }
  return { alerts, forTenant, die, spending: { ...forTenant('default'), forTenant } }
}

const tell = (told: BudgetSocialEvent[]) => (event: BudgetSocialEvent) => void told.push(event)

test('an alert of the ledger is an event of its agency, and of no other', async () => {
  const ledger = createAlertingLedger()
  const social = await createTestSocial({ spending: ledger.spending })
  const [own, others]: [BudgetSocialEvent[], BudgetSocialEvent[]] = [[], []]
  await social.forAgency('alerts-own').on('budget.*', tell(own))
  await social.forAgency('alerts-others').on('budget.*', tell(others))
  ledger.alerts.set('alerts-own', [alertOf('7')])
  await social.tick({ maxMs: 60_000 })
  await social.tick({ maxMs: 60_000 })
  expect(others).toEqual([])
  expect(own).toMatchObject([
    {
      id: 'event_alert_7',
      type: 'budget.threshold_crossed',
      at: new Date('2026-03-05T10:00:00Z'),
      by: 'ledger',
      alert: {
        ...{ budget: 'agency/ada', rule: 'settled 80%', after: '33.00 USD', limit: '40.00 USD', available: null },
        contributors: [{ budget: 'agency/ada/launch', amount: '30.00 USD' }],
        models: [{ vendor: 'openai', model: 'gpt-5.4-mini', amount: '29.00 USD' }],
      },
    },
  ])
  expect(own[0]?.alert.periodEndsAt).toEqual(new Date('2026-04-01T00:00:00Z'))
  expect(ledger.alerts.get('alerts-own')).toEqual([])
})

test('an alert stays in the ledger until somebody wants it', async () => {
  const ledger = createAlertingLedger()
  const social = await createTestSocial({ spending: ledger.spending })
  const agency = social.forAgency('alerts-later')
  await agency.on('publication.*', () => undefined)
  ledger.alerts.set('alerts-later', [alertOf('1')])
  await social.tick({ maxMs: 60_000 })
  expect(ledger.alerts.get('alerts-later')).toHaveLength(1)
  const told: BudgetSocialEvent[] = []
  await agency.on('budget.threshold_crossed', tell(told))
  await social.tick({ maxMs: 60_000 })
  expect(told).toHaveLength(1)
})

test.each([
  ['before it is queued', ['before'] as const],
  ['between the queue and the ledger', ['after'] as const],
  ['twice', ['after', 'before'] as const],
])('an alert is not lost when a process dies %s, and keeps its id', async (name, deaths) => {
  const ledger = createAlertingLedger()
  const social = await createTestSocial({ spending: ledger.spending })
  const agency = `alerts-${name}`
  const told: BudgetSocialEvent[] = []
  let failures = 1
  const handler = (event: BudgetSocialEvent) => {
    told.push(event)
    failures -= 1
    if (failures >= 0) throw new Error('the process died')
  }
  await social.forAgency(agency).on('budget.*', handler)
  ledger.alerts.set(agency, [alertOf('1'), alertOf('2')])
  ledger.die(...deaths)
  for (let time = 0; time < 5; time += 1) {
    await social.tick({ maxMs: 60_000 })
    await social.advance('1min')
  }
  expect(new Set(told.map(({ id }) => id))).toEqual(new Set(['event_alert_1', 'event_alert_2']))
  expect(told.length).toBeLessThanOrEqual(5)
  expect(ledger.alerts.get(agency)).toEqual([])
})

test('a ledger that knows no tenants tells the default agency alone', async () => {
  const { forTenant, alerts } = createAlertingLedger()
  const social = await createTestSocial({ spending: forTenant('default') })
  const told: BudgetSocialEvent[] = []
  await social.forAgency('alerts-of-nobody').on('budget.*', tell(told))
  alerts.set('default', [alertOf('1')])
  await social.tick({ maxMs: 60_000 })
  expect(told).toEqual([])
  await social.forAgency('default').on('budget.*', tell(told))
  await social.tick({ maxMs: 60_000 })
  expect(told).toHaveLength(1)
})
