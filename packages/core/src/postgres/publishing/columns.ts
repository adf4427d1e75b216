import { type RawBuilder, sql } from 'kysely'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../../model/publication.ts'
import { toStorableJson, toStorableText } from './storable-text.ts'

/** How a value crosses the driver: moments as epoch milliseconds, JSON as text. */
type ColumnKind = 'text' | 'number' | 'boolean' | 'time' | 'json'

/** A member of a record and the column that holds it. */
export interface Column<Row> {
  readonly field: string
  readonly column: string
  readonly kind: ColumnKind
  readonly read: (row: Row) => unknown
}

/** `column` defaults to the field in snake case. */
type Fields<Row> = Readonly<
  Partial<Record<keyof Row & string, ColumnKind | readonly [kind: ColumnKind, column: string]>>
>

function toColumns<Row>(fields: Fields<Row>): readonly Column<Row>[] {
  return Object.keys(fields).flatMap((field) => {
    if (!isFieldOf(fields, field)) return []
    const entry = fields[field]
    if (entry === undefined) return []
    const [kind, column] = typeof entry === 'string' ? [entry, toSnakeCase(field)] : entry
    return [{ field, column, kind, read: (row: Row) => row[field] }]
  })
}

function isFieldOf<Row>(fields: Fields<Row>, field: string): field is keyof Row & string {
  return field in fields
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** What identifies a publication and never changes. */
export const publicationKeyColumns = toColumns<PublicationRecord>({
  id: ['text', 'publication_id'],
  agencyId: 'text',
  creatorId: 'text',
  accountId: 'text',
  postId: 'text',
  platform: 'text',
  target: 'text',
})

export const publicationStateColumns = toColumns<PublicationRecord>({
  state: 'text',
  run: 'number',
  version: 'number',
  revision: 'number',
  revisionHash: 'text',
  approval: 'text',
  approvedHash: 'text',
  dueAt: 'time',
  latestBy: 'time',
  leadMs: 'number',
  cancelRequestedAt: 'time',
  removeRequestedAt: 'time',
  spaced: 'boolean',
  hold: 'json',
  reason: 'json',
  removedBy: 'text',
})

export const partKeyColumns = toColumns<PartRecord>({ id: ['text', 'part_id'], index: 'number' })

export const partStateColumns = toColumns<PartRecord>({
  kind: 'text',
  state: 'text',
  likeness: 'text',
  yields: 'boolean',
  fingerprint: 'text',
  externalId: 'text',
  url: 'text',
  reason: 'json',
  handle: 'text',
  handleDeadlineAt: 'time',
  slowRaised: 'boolean',
  nextLookAt: 'time',
  looks: 'number',
  lookFailingSince: 'time',
  preparedAgain: 'number',
  notAccepted: 'number',
  unauthorized: 'number',
  failures: 'number',
  notBefore: 'time',
  unusedAt: 'time',
  repeatedOnce: 'boolean',
  parentWaitSince: 'time',
})

export const preparationColumns = toColumns<PartRecord['preparation']>({
  status: ['text', 'preparation_status'],
  uploads: 'json',
  expiresAt: ['time', 'uploads_expire_at'],
  checkpoint: 'json',
  progress: 'json',
  fingerprint: ['text', 'preparation_fingerprint'],
  resumeAt: 'time',
})

/** Written by S2 and never again. */
export const attemptKeyColumns = toColumns<AttemptRecord>({
  id: ['text', 'attempt_id'],
  number: 'number',
  key: 'text',
  fence: 'number',
  run: 'number',
  revision: 'number',
  fingerprint: 'text',
  baseline: 'json',
  uploads: 'json',
  uploadsExpireAt: 'time',
  startedAt: 'time',
  leaseUntil: 'time',
  spending: 'json',
})

/** What became of it. */
export const attemptResultColumns = toColumns<AttemptRecord>({
  handle: 'text',
  endedAt: 'time',
  outcome: 'text',
  verdict: 'text',
  overridden: 'boolean',
  request: 'text',
  error: 'text',
  externalId: 'text',
  evidence: 'json',
})

/** `t.column as "field"`, for a row that becomes JSON: moments become milliseconds. */
export function toSelection<Row>(alias: string, columns: readonly Column<Row>[]): RawBuilder<unknown> {
  const entries = columns.map(({ field, column, kind }) => {
    const name = `${alias}.${column}`
    return `${kind === 'time' ? `ofm.ms(${name})` : name} as "${field}"`
  })
  return sql.raw(entries.join(', '))
}

/** `column = value`, for an update. */
export function toAssignments<Row>(columns: readonly Column<Row>[], row: Row): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql`${sql.raw(column.column)} = ${toValue(column, row)}`))
}

export function toNames<Row>(columns: readonly Column<Row>[]): RawBuilder<unknown> {
  return sql.raw(columns.map(({ column }) => column).join(', '))
}

export function toValues<Row>(columns: readonly Column<Row>[], row: Row): RawBuilder<unknown> {
  return sql.join(columns.map((column) => toValue(column, row)))
}

function toValue<Row>({ kind, read }: Column<Row>, row: Row): RawBuilder<unknown> {
  const value = read(row)
  switch (kind) {
    case 'time':
      return sql`ofm.at(${value}::double precision)`
    case 'number':
      return sql`${value}::double precision`
    case 'boolean':
      return sql`${value}::boolean`
    case 'json':
      return toJson(value)
    case 'text':
      return sql`${typeof value === 'string' ? toStorableText(value) : value}::text`
  }
}

/** Passed as text, so that every driver sends it alike; null and undefined are SQL null. */
export function toJson(value: unknown): RawBuilder<unknown> {
  return sql`${value === null || value === undefined ? null : toStorableJson(value)}::text::jsonb`
}
