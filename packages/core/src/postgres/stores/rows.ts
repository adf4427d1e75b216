import { type RawBuilder, sql } from 'kysely'

/** A moment of the database, read as epoch milliseconds. */
export function toDate(ms: number): Date
export function toDate(ms: number | null): Date | null
export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

/** A list of texts as one parameter, alike on every driver. */
export function toTextArray(values: readonly string[]): RawBuilder<string[]> {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb))`
}

/** The part of a list: newest first, ids compared byte by byte. */
export function toWindow(
  column: string,
  window: { readonly limit: number; readonly after?: string | undefined },
): RawBuilder<unknown> {
  const id = sql`${sql.ref(column)} collate "C"`
  const after = window.after ?? null
  return sql`and (${after}::text is null or ${id} < ${after}::text) order by ${id} desc limit ${window.limit}::int`
}
