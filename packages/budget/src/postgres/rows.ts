import type { AlertRow, EntryRow, RateRow } from '../ledger-store.ts'

type Texts<Row, Keys extends keyof Row> = Omit<Row, Keys> & { readonly [Key in Keys]: string }

type StoredEntry = Texts<EntryRow, 'position' | 'reservedNanos' | 'settledNanos'>
type StoredAlert = Omit<Texts<AlertRow, 'thresholdNanos' | 'beforeNanos' | 'afterNanos'>, 'contributors' | 'models'> & {
  readonly limitNanos: string | null
  readonly availableNanos: string | null
  readonly contributors: readonly { readonly budget: string; readonly amountNanos: string }[]
  readonly models: readonly { readonly vendor: string; readonly model: string; readonly amountNanos: string }[]
}

export function toEntryRows(answer: unknown): readonly EntryRow[] {
  return (answer as readonly StoredEntry[]).map((entry) => ({
    ...entry,
    position: BigInt(entry.position),
    reservedNanos: BigInt(entry.reservedNanos),
    settledNanos: BigInt(entry.settledNanos),
  }))
}

export function toAlertRows(answer: unknown): readonly AlertRow[] {
  return (answer as readonly StoredAlert[]).map((alert) => ({
    ...alert,
    thresholdNanos: BigInt(alert.thresholdNanos),
    beforeNanos: BigInt(alert.beforeNanos),
    afterNanos: BigInt(alert.afterNanos),
    limitNanos: alert.limitNanos === null ? null : BigInt(alert.limitNanos),
    availableNanos: alert.availableNanos === null ? null : BigInt(alert.availableNanos),
    contributors: alert.contributors.map(({ budget, amountNanos }) => ({ budget, amountNanos: BigInt(amountNanos) })),
    models: alert.models.map(({ vendor, model, amountNanos }) => ({ vendor, model, amountNanos: BigInt(amountNanos) })),
  }))
}

export function toRateRow(answer: unknown): RateRow {
  const rate = answer as Texts<RateRow, 'numerator' | 'denominator'>
  return { ...rate, numerator: BigInt(rate.numerator), denominator: BigInt(rate.denominator) }
}
