import { expect } from 'vitest'
import type { Ledger } from './ledger.ts'
import { usd } from './money.ts'
import { eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

const minute = 60_000
const day = 86_400_000

async function firedBy(ledger: Ledger): Promise<readonly string[]> {
  const rules: string[] = []
  await ledger.deliverAlerts(({ budget, rule }) => void rules.push(`${budget} ${rule}`))
  return rules.toSorted()
}

eachPreparedLedger('alerts', prepareAgency, (test) => {
  test('are raised once when a threshold is crossed, with what crossed it', async ({ ledger, advance }) => {
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.8, 1] })
    await ledger.record({ budget: 'agency/ada', cost: usd('7.9') })
    expect(await firedBy(ledger)).toEqual([])
    await ledger.record({ budget: 'agency/ada', cost: usd('0.1') })
    let seen: unknown
    await ledger.deliverAlerts((alert) => {
      seen = JSON.parse(JSON.stringify(alert))
    })
    expect(seen).toMatchObject({
      budget: 'agency/ada',
      rule: 'settled 80%',
      threshold: '8.00 USD',
      before: '7.90 USD',
      after: '8.00 USD',
      limit: '10.00 USD',
      available: '2.00 USD',
      periodEndsAt: '2026-11-30T23:00:00.000Z',
    })
    await ledger.adjust({ id: 'a1', of: { budget: 'agency/ada' }, by: usd('-1'), reason: 'refund' })
    await ledger.record({ budget: 'agency/ada', cost: usd('1') })
    expect(await firedBy(ledger)).toEqual([])
    await ledger.record({ budget: 'agency/ada', cost: usd('100') })
    expect(await firedBy(ledger)).toEqual(
      [
        'agency settled 100%',
        'agency settled 50%',
        'agency settled 80%',
        'agency settled 95%',
        'agency/ada settled 100%',
        'agency committed 100%',
      ].toSorted(),
    )
    await advance(10 * day)
    await ledger.record({ budget: 'agency/ada', cost: usd('8') })
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 80%'])
  })

  test('are raised once for a rule that is said twice, and never for an amount that no budget can hold', async ({
    ledger,
  }) => {
    await ledger.setBudget('agency/ada', {
      limit: usd('10'),
      period: 'month',
      alertAt: [0.8, { of: 'settled', at: 0.8 }],
    })
    await ledger.record({ budget: 'agency/ada', cost: usd('9') })
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 80%'])
    await ledger.setBudget('large', { limit: usd('9000000000'), period: 'month', alertAt: [0.5, 2] })
    await ledger.record({ budget: 'large', cost: usd('5000000000') })
    expect(await firedBy(ledger)).toEqual(['large settled 50%'])
  })

  test('of what is committed are armed again five points below', async ({ ledger }) => {
    await ledger.setBudget('agency/ada', {
      limit: usd('10'),
      period: 'month',
      alertAt: [
        { of: 'committed', at: 1 },
        { of: 'settled', at: usd('3') },
      ],
    })
    const cross = async (id: string, amount: string) =>
      void (await ledger.reserve({ budget: 'agency/ada', amount: usd(amount), id }))
    await cross('r0', '9.5')
    await cross('r1', '0.5')
    expect(await firedBy(ledger)).toEqual(['agency/ada committed 100%'])
    await ledger.release('r1')
    await cross('r2', '0.5')
    expect(await firedBy(ledger)).toEqual([])
    await ledger.settle('r0', usd('3'))
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 3.00 USD'])
    await cross('r3', '6.5')
    expect(await firedBy(ledger)).toEqual(['agency/ada committed 100%'])
  })

  test('are raised by a limit that is lowered to what is spent or below it, once', async ({ ledger }) => {
    const settings = { period: 'month', alertAt: [0.5, 1, { of: 'committed', at: 1 }] } as const
    await ledger.setBudget('agency/ada', { ...settings, limit: usd('10') })
    await ledger.record({ budget: 'agency/ada', cost: usd('6') })
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 50%'])
    await ledger.changeBudget('agency/ada', { limit: usd('6') })
    const { items } = await ledger.listAlerts()
    expect(items.map(({ rule }) => rule).toSorted()).toEqual(['committed 100%', 'settled 100%'])
    expect(items[0]).toMatchObject({ before: usd('6'), after: usd('6'), limit: usd('6'), available: usd('0') })
    await firedBy(ledger)
    await ledger.changeBudget('agency/ada', { limit: usd('3') })
    expect(await firedBy(ledger)).toEqual([])
    await ledger.changeBudget('agency/ada', { limit: null })
    await ledger.changeBudget('agency/ada', { limit: usd('5') })
    expect((await firedBy(ledger)).length).toBe(3)
    await ledger.changeBudget('agency/ada', { alertAt: [0.2] })
    expect(await firedBy(ledger)).toEqual([])
  })

  test('name the three right below that took most of it', async ({ ledger }) => {
    await ledger.setBudget('agency', { limit: usd('20'), period: 'month', alertAt: [1] })
    for (const [name, cost] of [
      ['ben', '3'],
      ['cleo', '6'],
      ['dan', '1'],
      ['eve', '7'],
      ['idle', '0'],
    ] as const) {
      await ledger.setBudget(`agency/${name}`, { period: 'month' })
      await ledger.setBudget(`agency/${name}/launch`, { period: 'once' })
      await ledger.record({ budget: `agency/${name}/launch`, cost: usd(cost) })
    }
    await ledger.record({ budget: 'agency/ben', cost: usd('3') })
    const [alert] = (await ledger.listAlerts()).items.filter(({ budget }) => budget === 'agency')
    const contributors = [
      { budget: 'agency/eve', amount: usd('7') },
      { budget: 'agency/ben', amount: usd('6') },
      { budget: 'agency/cleo', amount: usd('6') },
    ]
    expect(alert?.contributors).toEqual(contributors)
    const told: unknown[] = []
    await ledger.deliverAlerts((one) => void (one.budget === 'agency' && told.push(one.contributors)))
    expect(told).toEqual([contributors])
  })

  test('come again when the limit is raised, and not for what was told when it is lowered', async ({ ledger }) => {
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [1] })
    await ledger.record({ budget: 'agency/ada', cost: usd('10') })
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 100%'])
    await ledger.setBudget('agency/ada', { limit: usd('12'), period: 'month', alertAt: [1] })
    await ledger.record({ budget: 'agency/ada', cost: usd('2') })
    expect(await firedBy(ledger)).toEqual(['agency/ada settled 100%'])
    await ledger.setBudget('agency/ada', { limit: usd('5'), period: 'month', alertAt: [1] })
    await ledger.record({ budget: 'agency/ada', cost: usd('2') })
    expect(await firedBy(ledger)).toEqual([])
  })

  test('are listed until somebody says that they are handled', async ({ ledger }) => {
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.1, 0.2, 0.3] })
    await ledger.record({ budget: 'agency/ada', cost: usd('3') })
    const page = await ledger.listAlerts({ limit: 2 })
    expect(page.items.map(({ rule }) => rule)).toEqual(['settled 10%', 'settled 20%'])
    const rest = await ledger.listAlerts({ after: page.next ?? '' })
    expect([rest.items.map(({ rule }) => rule), rest.next]).toEqual([['settled 30%'], null])
    const id = page.items[0]?.id ?? ''
    expect([await ledger.dismissAlert(id), await ledger.dismissAlert(id)]).toEqual([true, false])
    expect(await ledger.dismissAlert('none')).toBe(false)
    expect((await ledger.listAlerts()).items).toHaveLength(2)
    expect(await firedBy(ledger)).toHaveLength(2)
  })

  test('come again after their handler threw, with the same id', async ({ ledger, advance }) => {
    await ledger.record({ budget: 'agency/ada', cost: usd('5') })
    const ids: string[] = []
    const failing = ledger.deliverAlerts((alert) => {
      ids.push(alert.id)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await ledger.deliverAlerts(({ id }) => void ids.push(id))).toBe(0)
    await advance(minute)
    expect(await ledger.deliverAlerts(({ id }) => void ids.push(id))).toBe(1)
    expect(new Set(ids).size).toBe(1)
    expect(await ledger.deliverAlerts(() => {})).toBe(0)
  })
})
