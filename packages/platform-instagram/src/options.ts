import type { JsonClientOptions } from '@ofm-social/core/http'
import * as z from 'zod'

/** The hosts of Instagram that the adapter speaks to or sends people to. */
export const INSTAGRAM_HOSTS = [
  'www.facebook.com',
  'graph.facebook.com',
  'rupload.facebook.com',
  'www.instagram.com',
  'api.instagram.com',
  'graph.instagram.com',
] as const

export type InstagramHost = (typeof INSTAGRAM_HOSTS)[number]

/** How creators log in: with Instagram alone, or with Facebook through the Page that the account is linked to. */
export type InstagramLogin = 'instagram' | 'facebook'

/** What `createInstagramAdapter` takes. Everything but `login` has a default: the real Instagram. */
export interface InstagramAdapterOptions<Login extends InstagramLogin = InstagramLogin> {
  /** `instagram`: a professional account, no Page (platform `instagram`). `facebook`: an account linked to a Page (`instagram_facebook`). */
  readonly login: Login
  /** One server for all hosts, such as an emulator: each is `<baseUrl>/<host>`, `http://127.0.0.1:4011/graph.instagram.com`. */
  readonly baseUrl?: string
  /** Single hosts elsewhere: `{ 'graph.facebook.com': 'https://proxy.example/graph' }`. Wins over `baseUrl`. */
  readonly hosts?: Partial<Readonly<Record<InstagramHost, string>>>
  /** Version of the Graph API. Default `v25.0`, which Instagram's own pages document. */
  readonly version?: string
  /** Sent with every request. Default: none, for the product's name is the host's. */
  readonly userAgent?: string
  /** A slower call has failed; a slower post is `outcome_unknown`. Default 30,000. */
  readonly timeoutMs?: number
  /** The same for a call that carries media. Default 300,000. */
  readonly uploadTimeoutMs?: number
  /** A container that Instagram still processes after this time is made again. Default 900,000. */
  readonly processingTimeoutMs?: number
  /** How long the public URL of a file must work, counted from the request for it. Default 7,200,000; an hour is the least that is safe. */
  readonly mediaUrlForMs?: number
  /**
   * How videos come to Instagram: `url` (default) lets it fetch them, `resumable` sends the bytes, so that only images need a public URL.
   * `resumable` is for the login with Facebook only.
   */
  readonly videoUpload?: 'url' | 'resumable'
  /**
   * What Instagram should tell of each account that is connected: with the login through Instagram the account's own fields, such as `comments`; with
   * Facebook those of its Page, any of which will do, such as `feed`: the account's fields are chosen in the app there. Default: nothing is asked for.
   */
  readonly webhookFields?: readonly string[]
  /** How far Instagram's clock may be behind ours when a lost write is looked for. Default 60,000. */
  readonly clockSkewMs?: number
  /** An undici `Dispatcher`, for proxies and tests. */
  readonly dispatcher?: JsonClientOptions['dispatcher']
}

/** Options with their defaults. */
export type InstagramAdapterConfig = ReturnType<typeof parseInstagramAdapterOptions>

const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Strict: an unknown key is a typing mistake and is reported by name. */
const optionsSchema = z
  .strictObject({
    login: z.enum(['instagram', 'facebook']),
    baseUrl: httpUrl.optional(),
    hosts: z.partialRecord(z.enum(INSTAGRAM_HOSTS), httpUrl).default({}),
    version: z
      .string()
      .regex(/^v\d{1,2}\.\d$/, 'must be a version such as v25.0')
      .default('v25.0'),
    userAgent: z.string().min(1).optional(),
    timeoutMs: z.int().positive().default(30_000),
    uploadTimeoutMs: z.int().positive().default(300_000),
    processingTimeoutMs: z.int().positive().default(900_000),
    mediaUrlForMs: z.int().min(3_600_000).default(7_200_000),
    videoUpload: z.enum(['url', 'resumable']).default('url'),
    webhookFields: z
      .array(z.string().regex(/^[a-z_]+$/, 'must be names such as comments'))
      .min(1)
      .optional(),
    clockSkewMs: z.int().nonnegative().default(60_000),
    dispatcher: z
      .custom<JsonClientOptions['dispatcher']>(
        (value) => typeof value === 'object' && value !== null && 'dispatch' in value,
      )
      .optional(),
  })
  .refine(({ login, videoUpload }) => login === 'facebook' || videoUpload === 'url', {
    path: ['videoUpload'],
    error: 'resumable works with the login facebook only',
  })
  .refine(({ login, webhookFields = [] }) => login === 'instagram' || !webhookFields.some(isOfAccount), {
    path: ['webhookFields'],
    error: 'are fields of the Page with the login facebook, such as feed; those of the account are chosen in the app',
  })

/** No Page has fields of these names. */
function isOfAccount(field: string): boolean {
  return ['comments', 'live_comments', 'mentions', 'story_insights'].includes(field)
}

/** Throws with every mistake at once, each by name. */
export function parseInstagramAdapterOptions(options: InstagramAdapterOptions) {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new TypeError(`Options of createInstagramAdapter: ${z.prettifyError(parsed.error)}`)
  const { baseUrl, hosts, ...rest } = parsed.data
  const toUrl = (host: InstagramHost) =>
    hosts[host] ?? (baseUrl === undefined ? `https://${host}` : `${baseUrl}/${host}`)
  return { ...rest, toUrl }
}
