import pino, { type DestinationStream, type Logger } from 'pino'
import { systemCodeOf } from './start-error.ts'

/** Structured lines of JSON. */
export type Log = Logger

const secretNames = [
  'authorization',
  'cookie',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'clientSecret',
  'client_secret',
  'secretKey',
  'oldSecretKeys',
  'codeVerifier',
  'code_verifier',
]

/** Writes to stderr, so that what people read on stdout stays readable. Secrets by name are cut out; errors keep type, message and stack only. */
export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [...secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), 'query.code', 'query.state'],
        censor: '[secret]',
      },
      serializers: { err: serializeError },
    },
    destination,
  )
}

/** Own members of errors stay out, but for a code: HTTP clients hang requests and answers there. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  const code = systemCodeOf(error)
  return {
    ...{ type: name, message, stack },
    // A host with several addresses that refuse says nothing else.
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  }
}
