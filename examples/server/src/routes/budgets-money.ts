import type { Money } from '@ofm-social/budget'

/** As text it has an amount and a currency, `0.05 USD`. */
export async function toMoney(text: string): Promise<Money> {
  const { parseAmount } = await import('@ofm-social/budget')
  const [amount = '', currency = ''] = text.split(' ')
  return parseAmount(amount, currency)
}
