import * as z from 'zod'
import { byField, moment } from './page.ts'
import { publicationSchema } from './publication.ts'

const assetInput = z
  .union([z.string(), z.strictObject({ asset: z.string(), altText: z.string().optional() })])
  .meta({ id: 'AssetInput', description: 'An asset, or one with the text that describes it.' })

const partInput = z
  .strictObject({ text: z.string().optional(), assets: z.array(assetInput).optional() })
  .meta({ id: 'PartInput' })

const destinationInput = z
  .union([
    z.string(),
    z.strictObject({
      account: z.string(),
      target: z.string().optional(),
      settings: z.unknown().optional(),
      text: z.string().optional(),
      parts: z.array(partInput).optional(),
    }),
  ])
  .meta({ id: 'DestinationInput', description: 'An account, or one with what is different there.' })

const content = {
  text: z.string().optional(),
  assets: z.array(assetInput).optional(),
  parts: z.array(partInput).optional().meta({ description: 'A thread, instead of `text` and `assets`.' }),
  comment: z.string().optional().meta({ description: 'First comment, published after the post.' }),
  rating: z.enum(['general', 'adult']).optional(),
}

/** When: a wall-clock time with a zone, or an instant. */
export const atField = z.string().meta({
  description: '`2026-12-24T18:00[Europe/Paris]`, or an instant such as `2026-12-24T17:00:00Z`.',
})
export const latestByField = z.int().min(0).meta({
  description: 'Latest moment to go out, in milliseconds after `at`. Default six hours.',
})

export const createPostSchema = z
  .strictObject({
    to: z.array(destinationInput),
    ...content,
    at: atField.optional(),
    key: z.string().optional().meta({ description: 'Your own key: the same key and input are the same post.' }),
    approval: z.enum(['none', 'required']).optional(),
    latestByMs: latestByField.optional(),
    draft: z.boolean().optional(),
    by: byField,
  })
  .meta({ id: 'CreatePost' })

export const editPostSchema = z
  .strictObject({
    ...content,
    comment: z.string().nullable().optional().meta({ description: 'First comment; null takes it away.' }),
    settings: z.record(z.string(), z.unknown()).optional(),
    by: byField,
  })
  .meta({ id: 'EditPost' })

export const postSchema = z
  .strictObject({
    id: z.string(),
    creatorId: z.string(),
    key: z.string().nullable(),
    revision: z.int(),
    revisionHash: z.string().meta({ description: 'What an approval names.' }),
    at: moment,
    schedule: z.strictObject({ wallTime: z.string(), timeZone: z.string() }).nullable(),
    rating: z.enum(['general', 'adult']),
    approval: z.enum(['none', 'required']),
    approvedRevision: z.int().nullable(),
    publications: z.array(publicationSchema),
    createdAt: moment,
  })
  .meta({ id: 'Post' })

const quoteSchema = z
  .record(z.string(), z.strictObject({ requests: z.number(), usd: z.string(), why: z.string() }))
  .meta({ description: 'By platform; empty where nothing is metered.' })

const warningsSchema = z
  .array(
    z.strictObject({
      destination: z.int(),
      platform: z.string(),
      code: z.enum(['repeated_on_other_account', 'repeated_on_account']),
      path: z.string(),
      message: z.string(),
      accountId: z.string(),
      publicationId: z.string().nullable().meta({ description: 'Null: another destination of this very post.' }),
    }),
  )
  .meta({
    description: 'What a platform forbids although it is accepted: the same post on several accounts, or again.',
  })

export const createdPostSchema = postSchema
  .extend({
    quote: quoteSchema.nullable().meta({ description: 'Null when the key had been accepted before.' }),
    warnings: warningsSchema,
  })
  .meta({ id: 'CreatedPost' })

export const editedPostSchema = postSchema.extend({ warnings: warningsSchema }).meta({ id: 'EditedPost' })

export const checkedPostSchema = z
  .strictObject({
    problems: z.array(
      z.looseObject({
        destination: z.int(),
        platform: z.string(),
        code: z.string(),
        path: z.string(),
        message: z.string(),
      }),
    ),
    warnings: warningsSchema,
    quote: quoteSchema,
  })
  .meta({ id: 'CheckedPost' })

export const cancelResultSchema = z
  .strictObject({ publicationId: z.string(), result: z.enum(['canceled', 'in_flight', 'too_late']) })
  .meta({ id: 'CancelResult' })
