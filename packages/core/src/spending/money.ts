import type { SpendingMoney } from './spending.ts'

const NANOS_PER_UNIT = 1_000_000_000n

/** US dollars as the port takes them. */
export function toUsdMoney(amountNanos: bigint): SpendingMoney {
  return { currency: 'USD', amountNanos, toJSON: () => `${toDecimal(amountNanos)} USD` }
}

/** The shortest exact decimal text: `0.225`, `0`. */
export function toDecimal(amountNanos: bigint): string {
  const size = amountNanos < 0n ? -amountNanos : amountNanos
  const decimals = (size % NANOS_PER_UNIT).toString().padStart(9, '0').replace(/0+$/, '')
  return `${amountNanos < 0n ? '-' : ''}${size / NANOS_PER_UNIT}${decimals === '' ? '' : `.${decimals}`}`
}
