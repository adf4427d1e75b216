import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { createLedgerOn } from './create-ledger.ts'
import type { Ledger } from './ledger.ts'
import { nodeHost } from './ledger-host.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { createMoney, usd } from './money.ts'
import { createQuote } from './quote.ts'

describe('work with a reservation', () => {
  let nowMs = Date.parse('2026-11-26T12:00:00Z')
  let timers: { readonly dueAt: number; readonly run: () => void }[] = []
  let ledger: Ledger
  let store: ReturnType<typeof createMemoryLedgerStore>

  beforeEach(async () => {
    timers = []
    store = createMemoryLedgerStore({ now: () => nowMs })
    const after = (ms: number, run: () => void) => {
      const timer = { dueAt: nowMs + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    }
    ledger = createLedgerOn({ store }, { ...nodeHost, after })
    await ledger.setBudget('agency', { limit: usd('1'), period: 'once' })
  })

  const advance = async (ms: number) => {
    nowMs += ms
    for (const timer of timers.filter(({ dueAt }) => dueAt <= nowMs)) {
      timers = timers.filter((other) => other !== timer)
      timer.run()
      await setImmediate()
    }
  }
  const balance = async () => {
    const { reserved, settled } = await ledger.getBudget('agency')
    return `${reserved} reserved, ${settled} settled`
  }
  const request = { budget: 'agency', upTo: usd('0.50') }

  test('settles the sum of what was reported, and returns what the work returned', async () => {
    const result = await ledger.withReservation(request, async (spend, { reservation }) => {
      expect(reservation).toMatchObject({ state: 'open' })
      spend(usd('0.10'))
      spend(usd('0.05'))
      return 'done'
    })
    expect(result).toBe('done')
    expect(await balance()).toBe('0.00 USD reserved, 0.15 USD settled')
  })

  test('settles everything that was reserved when nothing was reported', async () => {
    await ledger.withReservation(request, async () => {})
    expect(await balance()).toBe('0.00 USD reserved, 0.50 USD settled')
  })

  test('is not begun again by an id whose reservation is over, which holds nothing any more', async () => {
    let calls = 0
    const work = () =>
      ledger.withReservation({ ...request, id: 'r1' }, async (spend) => {
        calls += 1
        spend(usd('0.10'))
      })
    await work()
    await expect(work()).rejects.toMatchObject({ code: 'ended', message: expect.stringContaining('r1 is settled') })
    const released = { ...request, id: 'r2' }
    await ledger.withReservation(released, () => Promise.reject(new Error('400'))).catch(() => undefined)
    await expect(ledger.withReservation(released, work)).rejects.toMatchObject({ code: 'ended' })
    expect(calls).toBe(1)
    expect(await balance()).toBe('0.00 USD reserved, 0.10 USD settled')
  })

  test('is held for a whole lifetime again by a process that takes it over from one that died', async () => {
    const named = { ...request, id: 'r1', ifLost: 'none' as const }
    const dead = createLedgerOn({ store }, { ...nodeHost, after: () => () => {} })
    await new Promise<void>((begun) => {
      void dead.withReservation(named, () => {
        begun()
        return new Promise(() => {})
      })
    })
    await advance(9 * 60_000)
    let finish = () => {}
    const working = ledger.withReservation(
      named,
      () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    )
    await setImmediate()
    await advance(2 * 60_000)
    await ledger.sweep()
    expect(await balance()).toBe('0.50 USD reserved, 0.00 USD settled')
    finish()
    await working
    expect(await balance()).toBe('0.00 USD reserved, 0.50 USD settled')
  })

  test('releases what was reserved for work that throws before it returns a promise', async () => {
    const failing = ledger.withReservation(request, () => {
      throw new Error('no prompt')
    })
    await expect(failing).rejects.toThrow('no prompt')
    expect(await balance()).toBe('0.00 USD reserved, 0.00 USD settled')
  })

  test('settles what was reported before the work threw, and passes its error on', async () => {
    const failing = ledger.withReservation(request, async (spend) => {
      spend(usd('0.20'))
      throw new Error('the stream broke')
    })
    await expect(failing).rejects.toThrow('the stream broke')
    expect(await balance()).toBe('0.00 USD reserved, 0.20 USD settled')
  })

  test('releases work that threw and reported nothing', async () => {
    await expect(ledger.withReservation(request, () => Promise.reject(new Error('400')))).rejects.toThrow('400')
    expect(await balance()).toBe('0.00 USD reserved, 0.00 USD settled')
  })

  test('never begins work that the budget cannot pay', async () => {
    let began = false
    const refused = ledger.withReservation({ ...request, upTo: usd('1.01') }, async () => {
      began = true
    })
    await expect(refused).rejects.toMatchObject({ code: 'exceeded' })
    expect(began).toBe(false)
  })

  test('reserves nothing for a caller who gave up, before or while it waited', async () => {
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(ledger.withReservation({ ...request, signal: gone }, async () => {})).rejects.toThrow('gone')
    const controller = new AbortController()
    const waiting = ledger.withReservation({ ...request, signal: controller.signal }, async () => {})
    controller.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    expect(await balance()).toBe('0.00 USD reserved, 0.00 USD settled')
  })

  test('passes the signal to the work', async () => {
    const controller = new AbortController()
    const working = ledger.withReservation({ ...request, signal: controller.signal }, async (spend, { signal }) => {
      spend(usd('0.01'))
      controller.abort(new Error('enough'))
      signal.throwIfAborted()
    })
    await expect(working).rejects.toThrow('enough')
    expect(await balance()).toBe('0.00 USD reserved, 0.01 USD settled')
  })

  test('does not expire while the work runs, and books the bound when its process is lost', async () => {
    let finish = () => {}
    const working = ledger.withReservation(
      request,
      () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    )
    await setImmediate()
    for (let half = 0; half < 5; half += 1) await advance(300_000)
    expect(await ledger.sweep()).toEqual({ expired: 0 })
    timers = []
    await advance(600_000)
    expect(await ledger.sweep()).toEqual({ expired: 1 })
    expect(await balance()).toBe('0.00 USD reserved, 0.50 USD settled')
    finish()
    await working
  })

  test('refuses to spend below zero or in another currency', async () => {
    const spendWrong = (cost: ReturnType<typeof usd>) => ledger.withReservation(request, async (spend) => spend(cost))
    await expect(spendWrong(usd('-1'))).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(spendWrong(createMoney('EUR', 1n))).rejects.toMatchObject({ code: 'currency_mismatch' })
    expect(await balance()).toBe('0.00 USD reserved, 0.00 USD settled')
  })

  test('keeps the lines of several quotes, rounded up once', async () => {
    const quote = createQuote({
      currency: 'USD',
      vendor: 'openai',
      model: 'gpt',
      catalogueVersion: '1',
      pricedAt: new Date(nowMs),
      basis: 'usage',
      lines: [{ meter: 'output', quantity: 1n, priceId: 'p', priceNanos: 1n, per: 2n }],
    })
    await ledger.withReservation({ ...request, id: 'r1' }, async (spend) => {
      spend(quote)
      spend(quote)
    })
    const { items } = await ledger.listEntries({ reservation: 'r1' })
    expect(items[0]?.settledChange.amountNanos).toBe(1n)
    expect(items[0]?.details).toMatchObject({ quote: { lines: [{ quantity: '1' }, { quantity: '1' }] } })
  })
})
