import { describe, expect } from 'vitest'
import { parseAmount, usd } from './money.ts'
import { balanceOf, eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

const minute = 60_000
const day = 86_400_000

eachPreparedLedger('a budget', prepareAgency, (test) => {
  test('needs its parent, and its parent’s currency', async ({ ledger }) => {
    await expect(ledger.setBudget('nobody/ada', { period: 'day' })).rejects.toMatchObject({
      code: 'unknown_budget',
      budget: 'nobody',
    })
    await expect(ledger.setBudget('agency/bo', { period: 'day', currency: 'EUR' })).rejects.toMatchObject({
      code: 'currency_mismatch',
    })
    await expect(ledger.reserve({ budget: 'agency/misspelt', amount: usd('1') })).rejects.toMatchObject({
      code: 'unknown_budget',
    })
    await ledger.setBudget('euro', { period: 'day', currency: 'EUR' })
    await expect(ledger.reserve({ budget: 'euro', amount: usd('1') })).rejects.toMatchObject({
      code: 'currency_mismatch',
    })
    await expect(ledger.record({ budget: 'euro', cost: usd('1') })).rejects.toMatchObject({
      code: 'currency_mismatch',
    })
  })

  test('takes a new limit at once, also one below what is used', async ({ ledger }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })
    expect((await ledger.setBudget('agency/ada', { limit: usd('5'), period: 'month' })).available?.toJSON()).toBe(
      '-3.00 USD',
    )
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
      code: 'exceeded',
    })
    await ledger.setBudget('agency/ada', { limit: usd('20'), period: 'month' })
    await ledger.reserve({ budget: 'agency/ada', amount: usd('12') })
  })

  test('begins a period with nothing used when its rule changes', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), id: 'r1' })
    await advance(minute)
    const changed = await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'day' })
    expect(changed).toMatchObject({
      startsAt: new Date('2026-11-26T12:01:00Z'),
      endsAt: new Date('2026-11-26T23:00:00Z'),
    })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
    await ledger.reserve({ budget: 'agency/ada', amount: usd('10') })
    expect((await ledger.settle('r1', usd('8'))).levels[1]).toMatchObject({
      endsAt: new Date('2026-11-26T12:01:00Z'),
    })
  })

  test('that is set again as it was changes nothing', async ({ ledger }) => {
    const before = (await ledger.listEntries()).items.length
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month' })
    expect((await ledger.listEntries()).items.length).toBe(before)
  })

  test('that is frozen reserves nothing, also below it, and settles', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id: 'r1' })
    await ledger.setState('agency', 'frozen', { reason: 'audit', actor: 'ops' })
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
      code: 'frozen',
      budget: 'agency',
      renewsAt: null,
    })
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('0') })).rejects.toMatchObject({ code: 'frozen' })
    expect(await ledger.settle('r1', usd('1'))).toMatchObject({ state: 'settled' })
    await advance(10 * day)
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({ code: 'frozen' })
    await ledger.setState('agency', 'open', { reason: 'done' })
    await ledger.reserve({ budget: 'agency/ada', amount: usd('1') })
    const states = (await ledger.listEntries({ budget: 'agency' })).items.filter(({ kind }) => kind === 'state')
    expect(states).toMatchObject([
      { reason: 'done', actor: null },
      { reason: 'audit', actor: 'ops' },
    ])
  })

  test('that is closed begins no period by a new rule before it is opened', async ({ ledger, advance }) => {
    await ledger.record({ budget: 'agency/ada', cost: usd('1') })
    await advance(day)
    await ledger.setState('agency/ada', 'closed', { reason: 'left' })
    expect((await ledger.changeBudget('agency/ada', { period: 'week' })).settled).toEqual(usd('1'))
    await advance(day)
    expect((await ledger.setState('agency/ada', 'open', { reason: 'back' })).settled).toEqual(usd('0'))
  })

  test('that is closed begins no period, and still settles what comes late', async ({ ledger, advance }) => {
    await ledger.setState('agency/ada', 'closed', { reason: 'left' })
    await advance(10 * day)
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
      code: 'closed',
      budget: 'agency/ada',
    })
    const { levels } = await ledger.record({ budget: 'agency/ada', cost: usd('1') })
    expect(levels.map(({ startsAt }) => startsAt.toISOString().slice(0, 10))).toEqual(['2026-11-30', '2026-10-31'])
  })

  test('says whether an amount would be allowed, without a promise', async ({ ledger }) => {
    expect(await ledger.check({ budget: 'agency/ada', amount: usd('10') })).toMatchObject({
      allowed: true,
      refusal: null,
    })
    const { allowed, refusal } = await ledger.check({ budget: 'agency/ada', amount: usd('10.01') })
    expect([allowed, refusal?.code, refusal?.budget]).toEqual([false, 'exceeded', 'agency/ada'])
  })

  test('says before and after its days that nothing would be allowed, as a reservation does', async ({
    ledger,
    advance,
  }) => {
    const [from, to] = [new Date('2026-11-27T00:00:00Z'), new Date('2026-11-28T00:00:00Z')]
    await ledger.setBudget('campaign', { limit: usd('1'), period: { from, to }, timeZone: 'UTC' })
    const request = { budget: 'campaign', amount: usd('1') }
    const said = async () => {
      const { allowed, refusal } = await ledger.check(request)
      if (refusal) await expect(ledger.reserve(request)).rejects.toMatchObject({ message: refusal.message })
      return [allowed, refusal?.code, refusal?.message]
    }
    expect(await said()).toEqual([false, 'closed', 'campaign begins on 27 November 2026.'])
    await advance(day)
    expect(await said()).toEqual([true, undefined, undefined])
    await advance(day)
    expect(await said()).toEqual([false, 'closed', 'campaign has ended.'])
  })

  test('says that an amount would be allowed which only what has expired holds', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('10'), lifetimeMs: minute })
    expect((await ledger.check({ budget: 'agency/ada', amount: usd('1') })).allowed).toBe(false)
    await advance(minute)
    expect((await ledger.check({ budget: 'agency/ada', amount: usd('1') })).allowed).toBe(true)
  })

  test('that two add at once has the currency of one of them, and the limit of the one that came last', async ({
    ledger,
    another,
  }) => {
    const other = await another()
    const currencies = await Promise.allSettled([
      ledger.setBudget('fresh', { limit: usd('5'), period: 'day' }),
      other.setBudget('fresh', { limit: parseAmount('7', 'EUR'), period: 'day' }),
    ])
    expect(currencies.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(currencies).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ code: 'currency_mismatch', budget: 'fresh' }) }),
    )
    const [set] = currencies.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect((await ledger.getBudget('fresh')).limit).toEqual(set?.limit)
  })

  test('lists itself and what is below it', async ({ ledger }) => {
    await ledger.setBudget('agency/ada/launch', { period: 'once' })
    await ledger.setBudget('agency-2', { period: 'once' })
    expect((await ledger.listBudgets()).map(({ budget }) => budget)).toEqual([
      'agency',
      'agency-2',
      'agency/ada',
      'agency/ada/launch',
    ])
    expect((await ledger.listBudgets({ below: 'agency/ada' })).map(({ budget }) => budget)).toEqual([
      'agency/ada',
      'agency/ada/launch',
    ])
  })

  describe('when it is changed', () => {
    test('leaves what it does not name, and is an entry', async ({ ledger }) => {
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.8], enforcement: 'hard' })
      const changed = await ledger.changeBudget('agency/ada', { limit: usd('12'), actor: 'kim' })
      expect(changed).toMatchObject({ limit: usd('12'), enforcement: 'hard', timeZone: 'Europe/Paris' })
      expect(changed.endsAt).toEqual(new Date('2026-11-30T23:00:00Z'))
      const { items } = await ledger.listEntries({ budget: 'agency/ada', limit: 1 })
      expect(items[0]).toMatchObject({ kind: 'limit', actor: 'kim' })
      await ledger.record({ budget: 'agency/ada', cost: usd('9.6') })
      const fired: string[] = []
      await ledger.deliverAlerts(({ budget, rule }) => void fired.push(`${budget} ${rule}`))
      expect(fired).toEqual(['agency/ada settled 80%'])
      expect(await ledger.changeBudget('agency/ada', { limit: null })).toMatchObject({ limit: null, available: null })
      expect(await ledger.changeBudget('agency/ada', { enforcement: 'soft' })).toMatchObject({ limit: null })
      expect(await ledger.changeBudget('agency/ada', { period: 'day' })).toMatchObject({ settled: usd('0') })
    })

    test('is refused for a budget that is not there, and in another currency', async ({ ledger }) => {
      await expect(ledger.changeBudget('nobody', { limit: null })).rejects.toMatchObject({ code: 'unknown_budget' })
      const other = { limit: parseAmount('1', 'EUR') }
      await expect(ledger.changeBudget('agency', other)).rejects.toMatchObject({ code: 'currency_mismatch' })
    })
  })
})
