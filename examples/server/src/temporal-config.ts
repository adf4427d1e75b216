import type { WorkerPart } from '@ofm-social/temporal/worker'
import * as z from 'zod'
import { commaList } from './comma-list.ts'
import { toWorkerLimits, type WorkerLimits, workerLimitsEnvironment } from './worker-limits.ts'

/** Which Temporal runs the publications. */
export interface TemporalConfig {
  /** `host:port`. */
  readonly address: string
  readonly namespace: string
  /** Where a person can look; null: not known. */
  readonly uiUrl: string | null
  /** Of Temporal Cloud. Implies TLS. */
  readonly apiKey: string | null
  /** Files in PEM: what this process proves itself with. Implies TLS. */
  readonly certificate: { readonly certificateFile: string; readonly keyFile: string } | null
  /** What a process that runs publications does of that. */
  readonly parts: readonly WorkerPart[]
  readonly limits: WorkerLimits
}

export const workerParts = ['workflows', 'platforms', 'media'] as const satisfies readonly WorkerPart[]

/** What this process does: takes requests, runs publications, or both. */
export type Role = 'all' | 'api' | 'worker'

export const temporalEnvironment = {
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/)
    .optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_TLS_CERT: z.string().optional(),
  TEMPORAL_TLS_KEY: z.string().optional(),
  /** The dev server's program, for `--engine temporal`. */
  TEMPORAL_CLI_PATH: z.string().optional(),
  PATH: z.string().default(''),
  OFM_ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  OFM_WORKER_PARTS: commaList.pipe(z.array(z.enum(workerParts))),
  ...workerLimitsEnvironment,
}

export const temporalExpected = {
  TEMPORAL_ADDRESS: 'a host and a port such as localhost:7233',
  OFM_ROLE: 'all, api or worker',
  OFM_WORKER_PARTS: `a list of parts with commas between them, of ${workerParts.join(', ')}`,
}

interface Given {
  readonly TEMPORAL_ADDRESS?: string | undefined
  readonly TEMPORAL_NAMESPACE: string
  readonly TEMPORAL_API_KEY?: string | undefined
  readonly TEMPORAL_TLS_CERT?: string | undefined
  readonly TEMPORAL_TLS_KEY?: string | undefined
  readonly OFM_ROLE: Role
  /** Empty: all of them. */
  readonly OFM_WORKER_PARTS: readonly WorkerPart[]
  readonly OFM_WORKER_CONCURRENCY: readonly string[]
  readonly OFM_WORKER_STARTS_PER_SECOND: readonly string[]
  readonly DATABASE_URL?: string | undefined
}

const ofWorkers = ['OFM_WORKER_PARTS', 'OFM_WORKER_CONCURRENCY', 'OFM_WORKER_STARTS_PER_SECOND'] as const

/** What does not go together, one sentence each. */
export function findTemporalContradictions(env: Given): string[] {
  const mistakes: string[] = []
  if ((env.TEMPORAL_TLS_CERT === undefined) !== (env.TEMPORAL_TLS_KEY === undefined)) {
    mistakes.push('TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY belong together: set both, or neither.')
  }
  const findSet = (names: readonly (keyof Given)[]) => names.filter((name) => (env[name]?.length ?? 0) > 0)
  const idle = findSet(['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CERT', ...ofWorkers])
  if (env.TEMPORAL_ADDRESS === undefined && idle.length > 0) {
    mistakes.push(`TEMPORAL_ADDRESS is missing, although ${idle.join(', ')} is set.`)
  }
  const unused = env.OFM_ROLE === 'api' ? findSet(ofWorkers) : []
  if (unused.length > 0) {
    mistakes.push(`${unused.join(', ')} is set, although OFM_ROLE=api runs no workers: unset that, or OFM_ROLE.`)
  }
  if (env.OFM_ROLE === 'all') return mistakes
  if (env.TEMPORAL_ADDRESS === undefined) {
    mistakes.push(
      `TEMPORAL_ADDRESS is missing: OFM_ROLE=${env.OFM_ROLE} leaves the rest to other processes on Temporal.`,
    )
  }
  if (env.DATABASE_URL === undefined) {
    mistakes.push(`DATABASE_URL is missing: with OFM_ROLE=${env.OFM_ROLE} several processes share one PostgreSQL.`)
  }
  return mistakes
}

/** @param platforms Names of those that the server speaks to. */
export function toTemporalConfig(env: Given, platforms: readonly string[]): TemporalConfig | null {
  if (env.TEMPORAL_ADDRESS === undefined) return null
  const { TEMPORAL_TLS_CERT: certificateFile, TEMPORAL_TLS_KEY: keyFile } = env
  return {
    address: env.TEMPORAL_ADDRESS,
    namespace: env.TEMPORAL_NAMESPACE,
    uiUrl: null,
    apiKey: env.TEMPORAL_API_KEY ?? null,
    certificate: certificateFile !== undefined && keyFile !== undefined ? { certificateFile, keyFile } : null,
    parts: env.OFM_WORKER_PARTS.length > 0 ? env.OFM_WORKER_PARTS : workerParts,
    limits: toWorkerLimits(env, platforms),
  }
}
