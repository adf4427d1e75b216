import { PUBLICATION_STATES } from '@ofm-social/core'
import * as z from 'zod'
import { moment } from './page.ts'

export const publicationState = z.enum(PUBLICATION_STATES).meta({ id: 'PublicationState' })

const partState = z.enum([
  'waiting',
  'publishing',
  'processing',
  'unknown',
  'needs_attention',
  'published',
  'delivered',
  'refused',
  'given_up',
  'removed',
])

export const reasonSchema = z.object({ code: z.string(), message: z.string() }).meta({ id: 'Reason' })

const holdSchema = z
  .strictObject({
    reason: z.string(),
    scope: z.string(),
    message: z.string().meta({ description: 'What is missing, and what ends it.' }),
    by: z.string().optional().meta({ description: 'Who paused it.' }),
    until: moment.nullable().meta({ description: 'Null when only an event ends it.' }),
  })
  .meta({ id: 'Hold', description: 'Why nothing is done at the moment.' })

const attemptSchema = z
  .strictObject({
    number: z.int(),
    startedAt: moment,
    endedAt: moment.nullable(),
    fingerprint: z.string(),
    request: z.string().nullable(),
    outcome: z.enum(['open', 'processing', 'unknown', 'published', 'delivered', 'refused', 'not_sent', 'absent']),
    error: z.string().nullable(),
    reserved: z.strictObject({ usd: z.string(), budget: z.string(), reservation: z.string() }).nullable(),
  })
  .meta({ id: 'Attempt' })

const evidenceSchema = z
  .strictObject({
    at: moment,
    kind: z.string(),
    looked: z.string().nullable(),
    attempt: z.int(),
    uses: z
      .array(z.strictObject({ meter: z.string(), quantity: z.int() }))
      .optional()
      .meta({ description: 'What the look has used of what the platform bills.' }),
  })
  .meta({ id: 'Evidence', description: 'What one look on the platform found.' })

const partSchema = z
  .strictObject({
    index: z.int(),
    kind: z.string(),
    state: partState,
    text: z.string(),
    externalId: z.string().nullable(),
    url: z.string().nullable(),
    reason: reasonSchema.nullable(),
    progress: z.object({ phase: z.enum(['uploading', 'processing']), percent: z.number().optional() }).nullable(),
    nextLookAt: moment.nullable(),
    attempts: z.array(attemptSchema),
    evidence: z.array(evidenceSchema),
  })
  .meta({ id: 'Part' })

export const publicationSchema = z
  .strictObject({
    id: z.string(),
    postId: z.string(),
    creatorId: z.string(),
    accountId: z.string(),
    platform: z.string(),
    target: z.string().nullable(),
    state: publicationState,
    run: z.int(),
    revision: z.int(),
    dueAt: moment,
    latestBy: moment,
    cancelRequestedAt: moment.nullable(),
    hold: holdSchema.nullable(),
    reason: reasonSchema.nullable(),
    removedBy: z.enum(['us', 'author', 'platform']).nullable(),
    url: z.string().nullable(),
    parts: z.array(partSchema),
    createdAt: moment,
    publishedAt: moment.nullable(),
  })
  .meta({ id: 'Publication' })

export const historyEntrySchema = z
  .strictObject({
    id: z.string(),
    at: moment,
    type: z.string(),
    by: z.string(),
    partIndex: z.int().nullable(),
    reason: reasonSchema.nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryEntry' })

export const bulkResultSchema = z
  .strictObject({ id: z.string(), result: z.enum(['done', 'refused']), reason: reasonSchema.optional() })
  .meta({ id: 'BulkResult' })
