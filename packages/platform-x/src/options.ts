import type { MeterPrice, PublishLimit } from '@ofm-social/core'
import type { JsonClientOptions } from '@ofm-social/core/http'
import * as z from 'zod'
import { X_PUBLISH_LIMITS } from './publish-limits.ts'

/** What `createXAdapter` takes. Everything has a default: the real X. */
export interface XAdapterOptions {
  /** Host of the API. Default `https://api.x.com`. Given alone it is also the default of `webUrl`, so that an emulator needs only this. */
  readonly baseUrl?: string
  /** Host of the pages that people see: consent page, profiles, posts. Default `https://x.com`. */
  readonly webUrl?: string
  /** Sent with every request. Default: none, for the product's name is the host's. */
  readonly userAgent?: string
  /** A slower call has failed; a slower post is `outcome_unknown`. Default 30,000. */
  readonly timeoutMs?: number
  /** The same for a call that carries media. Default 120,000. */
  readonly uploadTimeoutMs?: number
  /** Bytes of one upload segment, at most 8,000,000. Default 4 MiB; a file that would need more than 1,000 segments gets larger ones. */
  readonly segmentBytes?: number
  /** Video that X still processes after this time is uploaded again. Default 3,600,000. */
  readonly processingTimeoutMs?: number
  /** X's limits where they differ for an installation or change. Default: those of an account without Premium. */
  readonly limits?: XLimitOptions
  /**
   * Alt text of videos. X documents it for images and GIFs only: `omit` (default) keeps a video from being refused for it, `send` tries.
   */
  readonly videoAltText?: 'omit' | 'send'
  /**
   * `newest_post` reads the account's newest posts before every write, so that a look after a lost answer leaves out whatever is older, whatever the
   * clocks say. X charges for what it reads (list price: USD 0.005 a post and day). Default `none`: the time of the write bounds the look.
   */
  readonly baseline?: 'none' | 'newest_post'
  /** How far X's clock may be behind ours when a lost write is looked for. Default 5,000. */
  readonly clockSkewMs?: number
  /**
   * The account's tier, which decides how long texts and videos may be: `read` asks X once a day and account (list price: USD 0.01), `as_configured`
   * (default) takes `limits`.
   */
  readonly accountTier?: 'as_configured' | 'read'
  /** What X's plan of the app allows: `enterprise` may quote posts, reply to strangers and use several cashtags. Default `self_serve`. */
  readonly plan?: 'self_serve' | 'enterprise'
  /**
   * X has restricted mentions of accounts that have not engaged with the author, without saying which exactly
   * (https://docs.x.com/changelog). `refuse` keeps posts that mention anybody from being accepted; `allow` (default) lets X decide.
   */
  readonly mentions?: 'allow' | 'refuse'
  /**
   * How many posts X lets out, for what its answers do not say: core counts, and a post that would be one too many waits. Given, they replace the default:
   * 100 in 15 minutes and 300 in 3 hours for an account, 10,000 in 24 hours for the app with all its accounts (pay-per-use).
   */
  readonly publishLimits?: readonly PublishLimit[]
  /** Prices that X has changed, or of the host's own contract: of two for one meter the later `validFrom` counts. Default: the list of 2026-08. */
  readonly prices?: readonly MeterPrice[]
  /** An undici `Dispatcher`, for proxies and tests. */
  readonly dispatcher?: JsonClientOptions['dispatcher']
}

/** Limits that X sets by the account's tier or changes without notice. */
export interface XLimitOptions {
  /** Weighted characters. Default 280. */
  readonly textLengthMax?: number
  /** Default 1,200 (20 minutes). */
  readonly videoDurationSecondsMax?: number
  /** Default 8,000,000,000, which is also what 1,000 segments can carry. */
  readonly videoSizeBytesMax?: number
}

/** Options with their defaults. */
export type XAdapterConfig = ReturnType<typeof parseXAdapterOptions>

const segmentBytesMax = 8_000_000

const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Strict: an unknown key is a typing mistake and is reported by name. */
const optionsSchema = z.strictObject({
  baseUrl: httpUrl.optional(),
  webUrl: httpUrl.optional(),
  userAgent: z.string().min(1).optional(),
  timeoutMs: z.int().positive().default(30_000),
  uploadTimeoutMs: z.int().positive().default(120_000),
  segmentBytes: z
    .int()
    .positive()
    .max(segmentBytesMax)
    .default(4 * 1024 * 1024),
  processingTimeoutMs: z.int().positive().default(3_600_000),
  limits: z
    .strictObject({
      textLengthMax: z.int().positive().optional(),
      videoDurationSecondsMax: z.number().positive().optional(),
      videoSizeBytesMax: z.int().positive().max(8_000_000_000).optional(),
    })
    .default({}),
  videoAltText: z.enum(['omit', 'send']).default('omit'),
  baseline: z.enum(['none', 'newest_post']).default('none'),
  clockSkewMs: z.int().nonnegative().default(5_000),
  accountTier: z.enum(['as_configured', 'read']).default('as_configured'),
  plan: z.enum(['self_serve', 'enterprise']).default('self_serve'),
  mentions: z.enum(['allow', 'refuse']).default('allow'),
  publishLimits: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        scope: z.enum(['account', 'app']),
        max: z.int().positive(),
        perMs: z.int().positive(),
      }),
    )
    .readonly()
    .default(X_PUBLISH_LIMITS),
  prices: z
    .array(
      z.strictObject({
        meter: z.string().min(1),
        usdNanos: z.int().nonnegative(),
        per: z.int().positive(),
        validFrom: z.iso.date(),
        source: z.string().min(1),
      }),
    )
    .readonly()
    .default([]),
  dispatcher: z
    .custom<JsonClientOptions['dispatcher']>(
      (value) => typeof value === 'object' && value !== null && 'dispatch' in value,
    )
    .optional(),
}) satisfies z.ZodType<unknown, XAdapterOptions>

/** Throws with every mistake at once, each by name. */
export function parseXAdapterOptions(options: XAdapterOptions) {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new TypeError(`Options of createXAdapter: ${z.prettifyError(parsed.error)}`)
  const { baseUrl, webUrl, ...rest } = parsed.data
  return {
    ...rest,
    baseUrl: baseUrl ?? 'https://api.x.com',
    webUrl: webUrl ?? baseUrl ?? 'https://x.com',
  }
}
