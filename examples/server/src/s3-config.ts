import * as z from 'zod'

/** The bucket that files go to. Credentials come the way every client of AWS finds them. */
export interface S3Config {
  readonly bucket: string
  /** Before every key; may be empty. */
  readonly prefix: string
  /** Null: as the SDK finds it. */
  readonly region: string | null
  /** Of a server that is not AWS's; null: AWS. */
  readonly endpoint: string | null
}

export const s3Environment = {
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().optional(),
  S3_PREFIX: z.string().optional(),
}

export const s3Expected = {
  S3_BUCKET: 'the name of a bucket: 3 to 63 lower case letters, digits, dots and hyphens',
  S3_ENDPOINT: 'a URL such as https://s3.example.com',
}

interface Given {
  readonly S3_BUCKET?: string | undefined
  readonly S3_ENDPOINT?: string | undefined
  readonly S3_REGION?: string | undefined
  readonly S3_PREFIX?: string | undefined
}

/** Settings of a bucket that is not named. */
export function findS3Contradictions(env: Given): string[] {
  if (env.S3_BUCKET !== undefined) return []
  const given = (['S3_ENDPOINT', 'S3_REGION', 'S3_PREFIX'] as const).filter((name) => env[name] !== undefined)
  return given.length === 0 ? [] : [`S3_BUCKET is missing, although ${given.join(', ')} is set.`]
}

export function toS3Config(env: Given): S3Config | null {
  if (env.S3_BUCKET === undefined) return null
  const endpoint = env.S3_ENDPOINT ?? null
  // Servers that are not AWS's take any, and the SDK wants one.
  const region = env.S3_REGION ?? (endpoint === null ? null : 'us-east-1')
  return { bucket: env.S3_BUCKET, prefix: env.S3_PREFIX ?? '', region, endpoint }
}
