import { resolve } from 'node:path'
import * as z from 'zod'
import { commaList } from './comma-list.ts'
import {
  findPlatformContradictions,
  listPlatforms,
  type PlatformsConfig,
  platformsEnvironment,
  platformsExpected,
  toPlatformsConfig,
} from './platforms-config.ts'
import { findS3Contradictions, type S3Config, s3Environment, s3Expected, toS3Config } from './s3-config.ts'
import {
  findTemporalContradictions,
  type Role,
  type TemporalConfig,
  temporalEnvironment,
  temporalExpected,
  toTemporalConfig,
} from './temporal-config.ts'
import { findWorkerLimitMistakes } from './worker-limits.ts'

/** What the environment asks for. Nothing else of the server reads the environment. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Where browsers and platforms reach this server; null: its own address. */
  readonly publicUrl: string | null
  /** Null: PGlite in the data folder. */
  readonly databaseUrl: string | null
  readonly dataFolder: string
  /** Null: made once and kept in the data folder. */
  readonly secretKey: string | null
  /** Former keys: what they wrap still opens. */
  readonly oldSecretKeys: readonly string[]
  /** Null: files are in the data folder. */
  readonly s3: S3Config | null
  readonly platforms: PlatformsConfig
  /** Platforms whose metrics are read although that costs money. */
  readonly paidMetrics: readonly string[]
  readonly logLevel: (typeof logLevels)[number]
  /** Origins that a login may lead back to, beside our own. */
  readonly returnToOrigins: readonly string[]
  readonly uploadSizeBytesMax: number
  /** How long `/readyz` says no before connections are closed, so that a load balancer can notice. */
  readonly drainMs: number
  readonly role: Role
  /** Null: publications run in this process. */
  readonly temporal: TemporalConfig | null
  /** Where to look for the program of a dev server. */
  readonly temporalCli: { readonly cliPath: string | null; readonly searchPath: string }
}

/** All mistakes of the environment, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
/** Settings of parts that do not exist yet. Ignoring them in silence would look like they work. */
const later: Readonly<Record<string, string>> = {
  REDIS_URL: 'Redis is not needed yet; unset it',
}

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
/** Platforms take logins and files over https alone; this machine is for trying. */
const publicUrl = httpUrl.refine((url) => url.startsWith('https:') || isLocal(url))
const onOff = z.enum(['0', '1'])
const secretKey = z.string().regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/)
const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(3000),
  PUBLIC_URL: publicUrl.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  OFM_DATA_DIR: z.string().default('.data'),
  OFM_KEY: secretKey.optional(),
  OFM_OLD_KEYS: commaList.pipe(z.array(secretKey)),
  OFM_ALLOW_PGLITE: onOff.optional(),
  OFM_RETURN_TO: commaList.pipe(z.array(httpUrl.transform((url) => new URL(url).origin))),
  OFM_UPLOAD_MAX_BYTES: z.coerce.number().int().positive().default(8_000_000_000),
  OFM_DRAIN_MS: z.coerce.number().int().min(0).max(60_000).optional(),
  OFM_METRICS: commaList.pipe(z.array(z.enum(['x']))),
  LOG_LEVEL: z.enum(logLevels).optional(),
  ...platformsEnvironment,
  ...s3Environment,
  ...temporalEnvironment,
})

type Environment = z.output<typeof environmentSchema>

const expected: Readonly<Record<string, string>> = {
  PORT: 'a port from 0 to 65535 (0: any free one)',
  PUBLIC_URL: 'a URL such as https://social.example.com; http is for localhost only',
  DATABASE_URL: 'a URL such as postgres://user:password@host:5432/database',
  OFM_KEY: '32 bytes in base64 or hex, for example from `openssl rand -base64 32`',
  OFM_OLD_KEYS: 'former values of OFM_KEY with commas between them',
  OFM_ALLOW_PGLITE: '0 or 1',
  OFM_RETURN_TO: 'a list of URLs with commas between them',
  OFM_UPLOAD_MAX_BYTES: 'a number of bytes',
  OFM_DRAIN_MS: 'milliseconds from 0 to 60000',
  OFM_METRICS: 'a list of platforms with commas between them; known is x',
  ...platformsExpected,
  ...s3Expected,
  ...temporalExpected,
  LOG_LEVEL: `one of ${logLevels.join(', ')}`,
}

/**
 * Reads the environment.
 *
 * @throws {ConfigError} All mistakes at once. Values are never repeated: they may be secrets.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== '')
  const wrong = findWrong(Object.fromEntries(given))
  // Every setting has a default, so that what does not go together shows also beside what cannot be read.
  const env = environmentSchema.parse(Object.fromEntries(given.filter(([name]) => !wrong.includes(name))))
  const isRead = (mistake: string) => !wrong.some((name) => new RegExp(`\\b${name}\\b`).test(mistake))
  const mistakes = [
    ...wrong.map((name) => `${name} must be ${expected[name] ?? 'text'}.`),
    ...given.flatMap(([name]) => (later[name] === undefined ? [] : [`${name} is set, but ${later[name]}.`])),
    ...findContradictions(env).filter(isRead),
  ]
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return toConfig(env)
}

/** Names of variables that cannot be read. */
function findWrong(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const parsed = environmentSchema.safeParse(given)
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))]
}

function isLocal(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}

function findContradictions(env: Environment): readonly string[] {
  return [
    ...findLosses(env),
    ...findPlatformContradictions(env),
    ...findS3Contradictions(env),
    ...findTemporalContradictions(env),
    ...findWorkerLimitMistakes(env, listPlatforms(toPlatformsConfig(env))),
  ]
}

/** What would be lost with the machine. */
function findLosses(env: Environment): string[] {
  const mistakes: string[] = []
  if (env.NODE_ENV !== 'production') return mistakes
  const isTrial = env.DATABASE_URL === undefined && env.OFM_ALLOW_PGLITE === '1'
  if (env.DATABASE_URL === undefined && !isTrial) {
    mistakes.push(
      'DATABASE_URL is missing: NODE_ENV is production, and PGlite may lose data when the machine stops. Name a PostgreSQL, or set OFM_ALLOW_PGLITE=1.',
    )
  }
  if (env.OFM_KEY === undefined && !isTrial) {
    mistakes.push(
      'OFM_KEY is missing: it seals the tokens in the database and must outlive this machine. Make one with `openssl rand -base64 32`.',
    )
  }
  return mistakes
}

function toConfig(env: Environment): Config {
  const isProduction = env.NODE_ENV === 'production'
  const platforms = toPlatformsConfig(env)
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? null,
    databaseUrl: env.DATABASE_URL ?? null,
    dataFolder: resolve(env.OFM_DATA_DIR),
    secretKey: env.OFM_KEY ?? null,
    oldSecretKeys: env.OFM_OLD_KEYS,
    s3: toS3Config(env),
    platforms,
    paidMetrics: env.OFM_METRICS,
    logLevel: env.LOG_LEVEL ?? (isProduction ? 'info' : 'warn'),
    returnToOrigins: env.OFM_RETURN_TO,
    uploadSizeBytesMax: env.OFM_UPLOAD_MAX_BYTES,
    drainMs: env.OFM_DRAIN_MS ?? (isProduction ? 5_000 : 0),
    role: env.OFM_ROLE,
    temporal: toTemporalConfig(env, listPlatforms(platforms)),
    temporalCli: { cliPath: env.TEMPORAL_CLI_PATH ?? null, searchPath: env.PATH },
  }
}
