import type { AppInput } from '@ofm-social/core'
import * as z from 'zod'
import { commaList } from './comma-list.ts'

/** Which platforms there are: the real ones whose apps are given, or without any an emulator of each in this process. */
export type PlatformsConfig =
  | {
      readonly kind: 'emulators'
      /** Of the first one; the others take the ports behind it. 0: any free ones. */
      readonly port: number
    }
  | { readonly kind: 'real'; readonly platforms: Readonly<Partial<Record<PlatformName, RealPlatform>>> }

export const platformNames = ['x', 'instagram', 'instagram_facebook'] as const

type PlatformName = (typeof platformNames)[number]

/** A platform with our app on it. */
export interface RealPlatform {
  readonly app: AppInput
  /** Null: the platform itself. */
  readonly baseUrl: string | null
  /** What it is asked to tell of each account that is connected. */
  readonly webhookFields?: readonly string[]
}

const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const text = z.string().optional()
const fieldNames = commaList
  .pipe(z.array(z.string().regex(/^[a-z_]+$/)))
  .transform((names) => (names.length > 0 ? names : undefined))

export const platformsEnvironment = {
  OFM_EMULATORS: z.enum(['0', '1']).optional(),
  OFM_EMULATOR_PORT: z.coerce.number().int().min(0).max(65_000).default(4010),
  X_CLIENT_ID: text,
  X_CLIENT_SECRET: text,
  X_API_SECRET: text,
  X_BASE_URL: httpUrl.optional(),
  INSTAGRAM_CLIENT_ID: text,
  INSTAGRAM_CLIENT_SECRET: text,
  INSTAGRAM_META_APP_SECRET: text,
  INSTAGRAM_FACEBOOK_CLIENT_ID: text,
  INSTAGRAM_FACEBOOK_CLIENT_SECRET: text,
  INSTAGRAM_FACEBOOK_CONFIG_ID: text,
  INSTAGRAM_VERIFY_TOKEN: text,
  INSTAGRAM_WEBHOOK_FIELDS: fieldNames,
  INSTAGRAM_FACEBOOK_WEBHOOK_FIELDS: fieldNames,
  INSTAGRAM_DATA_DELETION_URL: httpUrl.optional(),
  INSTAGRAM_BASE_URL: httpUrl.optional(),
}

export const platformsExpected = {
  OFM_EMULATORS: '0 or 1',
  OFM_EMULATOR_PORT: 'a port from 0 to 65000 (0: any free ones)',
  X_BASE_URL: 'a URL such as https://api.x.com',
  INSTAGRAM_WEBHOOK_FIELDS: 'names with commas between them, such as comments,mentions',
  INSTAGRAM_FACEBOOK_WEBHOOK_FIELDS: 'names with commas between them, such as feed',
  INSTAGRAM_DATA_DELETION_URL: 'a URL such as https://app.example.com/data-deletion',
  INSTAGRAM_BASE_URL: 'a URL such as http://127.0.0.1:4011',
}

const schema = z.object(platformsEnvironment)
type Parsed = z.output<typeof schema>
interface Given extends Parsed {
  readonly NODE_ENV?: string | undefined
  readonly PUBLIC_URL?: string | undefined
  readonly S3_BUCKET?: string | undefined
  readonly OFM_METRICS: readonly string[]
  readonly OFM_ROLE: string
}

const appIds = ['X_CLIENT_ID', 'INSTAGRAM_CLIENT_ID', 'INSTAGRAM_FACEBOOK_CLIENT_ID'] as const
const anyApp = `${appIds.slice(0, -1).join(', ')} or ${appIds.at(-1)}`

/** Which settings mean nothing without one of which others. */
const dependent = [
  { needs: ['X_CLIENT_ID'], names: ['X_CLIENT_SECRET', 'X_API_SECRET', 'X_BASE_URL'] },
  {
    needs: ['INSTAGRAM_CLIENT_ID'],
    names: ['INSTAGRAM_CLIENT_SECRET', 'INSTAGRAM_META_APP_SECRET', 'INSTAGRAM_WEBHOOK_FIELDS'],
  },
  {
    needs: ['INSTAGRAM_FACEBOOK_CLIENT_ID'],
    names: ['INSTAGRAM_FACEBOOK_CLIENT_SECRET', 'INSTAGRAM_FACEBOOK_CONFIG_ID', 'INSTAGRAM_FACEBOOK_WEBHOOK_FIELDS'],
  },
  {
    needs: ['INSTAGRAM_CLIENT_ID', 'INSTAGRAM_FACEBOOK_CLIENT_ID'],
    names: ['INSTAGRAM_VERIFY_TOKEN', 'INSTAGRAM_DATA_DELETION_URL', 'INSTAGRAM_BASE_URL'],
  },
  { needs: ['INSTAGRAM_CLIENT_SECRET'], names: ['INSTAGRAM_CLIENT_ID'] },
  { needs: ['INSTAGRAM_FACEBOOK_CLIENT_SECRET'], names: ['INSTAGRAM_FACEBOOK_CLIENT_ID'] },
] as const

/** What does not go together, one sentence each. */
export function findPlatformContradictions(env: Given): string[] {
  const mistakes = dependent.flatMap(({ needs, names }) => {
    const given = names.filter((name) => env[name] !== undefined)
    const isMissing = given.length > 0 && needs.every((name) => env[name] === undefined)
    return isMissing ? [`${needs.join(' or ')} is missing, although ${given.join(', ')} is set.`] : []
  })
  const isTrial = appIds.every((name) => env[name] === undefined)
  // A secret without its id is no wish to try.
  if (isTrial) return mistakes.length > 0 ? mistakes : findEmulatorMistakes(env)
  if (env.OFM_EMULATORS === '1') {
    const given = appIds.filter((name) => env[name] !== undefined).join(', ')
    mistakes.push(`${given} and OFM_EMULATORS=1 exclude each other: platforms are either real or emulated.`)
  }
  if (env.OFM_METRICS.includes('x') && env.X_CLIENT_ID === undefined) {
    mistakes.push('X_CLIENT_ID is missing, although OFM_METRICS names x.')
  }
  return [...mistakes, ...findUnreachableFiles(env)]
}

function findEmulatorMistakes(env: Given): string[] {
  const missing = `No platform is given: set ${anyApp}`
  if (env.OFM_EMULATORS === '0') return [`${missing}. With OFM_EMULATORS=0 there is nothing to publish to.`]
  if (env.OFM_ROLE === 'worker') return [`${missing}. With OFM_ROLE=worker there are no emulators in this process.`]
  if (env.NODE_ENV === 'production' && env.OFM_EMULATORS === undefined) {
    return [`${missing}. To run the emulators with NODE_ENV=production, set OFM_EMULATORS=1.`]
  }
  return []
}

/** Instagram fetches files itself. That it cannot would be found out at the first post. */
function findUnreachableFiles({ PUBLIC_URL: url, S3_BUCKET, INSTAGRAM_BASE_URL, ...env }: Given): string[] {
  const isReal = env.INSTAGRAM_CLIENT_ID !== undefined || env.INSTAGRAM_FACEBOOK_CLIENT_ID !== undefined
  if (!isReal || S3_BUCKET !== undefined || INSTAGRAM_BASE_URL !== undefined) return []
  if (url === undefined) return ['PUBLIC_URL is missing: Instagram fetches files from there. Set it, or S3_BUCKET.']
  if (url.startsWith('https:')) return []
  return ['PUBLIC_URL is of this machine alone, and Instagram fetches files from there. Set another one, or S3_BUCKET.']
}

export function toPlatformsConfig(env: Parsed): PlatformsConfig {
  const instagram = {
    webhookVerifyToken: env.INSTAGRAM_VERIFY_TOKEN,
    dataDeletionUrl: env.INSTAGRAM_DATA_DELETION_URL,
  }
  const platforms = {
    ...toReal('x', {
      ...{ clientId: env.X_CLIENT_ID, baseUrl: env.X_BASE_URL },
      app: { clientSecret: env.X_CLIENT_SECRET, apiSecret: env.X_API_SECRET },
    }),
    ...toReal('instagram', {
      ...{ clientId: env.INSTAGRAM_CLIENT_ID, baseUrl: env.INSTAGRAM_BASE_URL },
      app: { ...instagram, clientSecret: env.INSTAGRAM_CLIENT_SECRET, metaAppSecret: env.INSTAGRAM_META_APP_SECRET },
      webhookFields: env.INSTAGRAM_WEBHOOK_FIELDS,
    }),
    ...toReal('instagram_facebook', {
      ...{ clientId: env.INSTAGRAM_FACEBOOK_CLIENT_ID, baseUrl: env.INSTAGRAM_BASE_URL },
      app: {
        ...{ ...instagram, clientSecret: env.INSTAGRAM_FACEBOOK_CLIENT_SECRET },
        configId: env.INSTAGRAM_FACEBOOK_CONFIG_ID,
      },
      webhookFields: env.INSTAGRAM_FACEBOOK_WEBHOOK_FIELDS,
    }),
  }
  if (Object.keys(platforms).length === 0) return { kind: 'emulators', port: env.OFM_EMULATOR_PORT }
  return { kind: 'real', platforms }
}

/** Names of the platforms that the server speaks to. */
export function listPlatforms(config: PlatformsConfig): readonly string[] {
  return config.kind === 'emulators' ? platformNames : Object.keys(config.platforms)
}

interface GivenPlatform {
  readonly clientId: string | undefined
  readonly baseUrl: string | undefined
  readonly app: Readonly<Record<string, string | undefined>>
  readonly webhookFields?: readonly string[] | undefined
}

function toReal(
  name: PlatformName,
  { clientId, baseUrl, app, webhookFields }: GivenPlatform,
): Readonly<Partial<Record<PlatformName, RealPlatform>>> {
  if (clientId === undefined) return {}
  const given = Object.fromEntries(Object.entries(app).filter(([, value]) => value !== undefined))
  const platform: RealPlatform = { app: { ...given, clientId }, baseUrl: baseUrl ?? null }
  return { [name]: webhookFields ? { ...platform, webhookFields } : platform }
}
