import { type Conversion, convertExact, toConversion } from './conversion.ts'
import type { Fraction } from './fraction.ts'
import type { ExtendItem, FinishItem, LedgerStore, ReserveItem, StoreAnswer } from './ledger-store.ts'
import { readExact } from './recompute-cost.ts'

/** Turns amounts into the currency of their budget, with rates that are on record. */
export interface Converter {
  /** Sends an item; where its budget is in another currency, sends it again in that one. Refused where there is no rate. */
  reserve<Row>(tenant: string, item: ReserveItem, send: Send<ReserveItem, Row>): Promise<StoreAnswer<Row>>
  finish<Row>(tenant: string, item: FinishItem, send: Send<FinishItem, Row>): Promise<StoreAnswer<Row>>
  extend<Row>(tenant: string, item: ExtendItem, send: Send<ExtendItem, Row>): Promise<StoreAnswer<Row>>
  /** What would be reserved. Null: there is no rate. */
  findReserved(
    tenant: string,
    amount: Amount,
    between: { readonly from: string; readonly to: string },
  ): Promise<bigint | null>
}

/** Rounded, and the JSON that it may follow from exactly. */
interface Amount {
  readonly amountNanos: bigint
  readonly details: string | null
}

type Send<Item, Row> = (item: Item) => Promise<StoreAnswer<Row>>

interface Asked {
  readonly from: string
  readonly to: string
  /** Null: as the rate says. */
  readonly margin: Fraction | null
}

export interface ConverterOptions {
  readonly store: Pick<LedgerStore, 'findRate'>
  /** What is reserved is multiplied with it; 1.03. */
  readonly margin: Fraction
  readonly rateAgeDaysMax: number
}

export function createConverter({ store, margin, rateAgeDaysMax }: ConverterOptions): Converter {
  const find = async (tenant: string, { from, to, margin }: Asked) => {
    const row = await store.findRate(tenant, { from, to, ageDaysMax: rateAgeDaysMax })
    return row ? toConversion(row, { from, margin }) : null
  }
  const send = async <Item extends { readonly currency: string | null }, Row>(
    tenant: string,
    item: Item,
    {
      send,
      convert,
      margin,
    }: { send: Send<Item, Row>; convert: (item: Item, by: Conversion) => Item; margin: Fraction | null },
  ): Promise<StoreAnswer<Row>> => {
    const answer = await send(item)
    if (answer.status !== 'currency_mismatch' || item.currency === null) return answer
    const conversion = await find(tenant, { from: item.currency, to: answer.currency, margin })
    return conversion ? send(convert(item, conversion)) : { ...answer, rate: 'missing' }
  }
  return {
    reserve: (tenant, item, sendItem) => send(tenant, item, { send: sendItem, convert: convertReserveItem, margin }),
    finish: (tenant, item, sendItem) =>
      send(tenant, item, { send: sendItem, convert: convertFinishItem, margin: null }),
    extend: (tenant, item, sendItem) => send(tenant, item, { send: sendItem, convert: convertExtendItem, margin }),
    async findReserved(tenant, amount, { from, to }) {
      const conversion = await find(tenant, { from, to, margin })
      return conversion ? convert(amount, conversion).amountNanos : null
    },
  }
}

/** Fingerprints stay those of the request: the same one is the same on a day with another rate. */
function convertReserveItem(item: ReserveItem, conversion: Conversion): ReserveItem {
  const { ifLostNanos } = item
  const lost = ifLostNanos === null ? null : { numerator: ifLostNanos, denominator: 1n }
  const ifLost = lost && convertExact(lost, { ...conversion, margin: null })
  return { ...item, ...convert(item, conversion), currency: conversion.to, ifLostNanos: ifLost }
}

function convertFinishItem(item: FinishItem, conversion: Conversion): FinishItem {
  const { amountNanos: costNanos, details } = convert({ ...item, amountNanos: item.costNanos }, conversion)
  return { ...item, currency: conversion.to, costNanos, details }
}

function convertExtendItem(item: ExtendItem, conversion: Conversion): ExtendItem {
  const { amountNanos: byNanos, details } = convert({ ...item, amountNanos: item.byNanos }, conversion)
  return { ...item, currency: conversion.to, byNanos, details }
}

/** Lines are converted as they are, not as their rounded sum; an amount without lines is kept beside its rate. */
function convert({ amountNanos, details }: Amount, conversion: Conversion): Amount {
  const kept = details === null ? null : JSON.parse(details)
  const exact = readExact(kept)
  const said = exact ? conversion : { ...conversion, amountNanos }
  const text = JSON.stringify({ ...kept, conversion: said }, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return { amountNanos: convertExact(exact ?? { numerator: amountNanos, denominator: 1n }, conversion), details: text }
}
