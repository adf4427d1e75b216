import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createMoney, parseAmount, usd } from './money.ts'

describe('money', () => {
  test('is whole nano-units, read from text without loss', () => {
    expect(usd('0.05').amountNanos).toBe(50_000_000n)
    expect(usd('500').amountNanos).toBe(500_000_000_000n)
    expect(usd('0.000000001').amountNanos).toBe(1n)
    expect(usd('-0.10').amountNanos).toBe(-100_000_000n)
    expect(parseAmount('1.5', 'EUR')).toMatchObject({ currency: 'EUR', amountNanos: 1_500_000_000n })
  })

  test('is text in JSON', () => {
    expect(JSON.stringify({ limit: usd('0.05') })).toBe('{"limit":"0.05 USD"}')
    expect(`${createMoney('USD', -1n)}`).toBe('-0.000000001 USD')
    expect(`${usd('40')}`).toBe('40.00 USD')
    expect(inspect({ limit: usd('0.05') })).toBe('{ limit: 0.05 USD }')
  })

  test.each(['0.0000000001', '', '.5', '1e3', '1,5', ' 1', '9223372037', 'NaN'])('refuses %j', (text) => {
    expect(() => usd(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })

  test('refuses a number, because 0.1 is none', () => {
    // @ts-expect-error a number has been rounded already
    expect(() => usd(0.1)).toThrow("An amount is a decimal string, such as '0.05', not number.")
  })

  test('refuses a currency that is none', () => {
    expect(() => parseAmount('1', 'usd')).toThrow('A currency has three capital letters, such as USD, not usd.')
  })
})
