import { type Money, usd } from '@ofm-social/budget'

/** What a language model's SDK looks like from an app: an answer, and what it did cost. */
export async function askModel(): Promise<{ readonly text: string; readonly cost: Money }> {
  return { text: 'First light', cost: usd('0.002') }
}
