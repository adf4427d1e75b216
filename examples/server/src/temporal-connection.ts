import { readFile } from 'node:fs/promises'
import { StartError, systemCodeOf } from './start-error.ts'
import type { TemporalConfig } from './temporal-config.ts'

/**
 * How to connect, for `Connection` and `NativeConnection` alike.
 *
 * @throws {StartError} Names the variable and the file that cannot be read.
 */
export async function toConnectionOptions({ address, apiKey, certificate }: TemporalConfig) {
  if (certificate === null) return { address, ...(apiKey === null ? {} : { apiKey, tls: true as const }) }
  const [crt, key] = await Promise.all([
    read('TEMPORAL_TLS_CERT', certificate.certificateFile),
    read('TEMPORAL_TLS_KEY', certificate.keyFile),
  ])
  return { address, tls: { clientCertPair: { crt, key } }, ...(apiKey === null ? {} : { apiKey }) }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user has no permission there',
  EISDIR: 'it is a folder',
}

async function read(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = systemCodeOf(error) ?? String(error)
    const reason = reasons[code] ?? code
    throw new StartError(`${variable} names ${path}, which cannot be read: ${reason}. It must be a file in PEM.`, error)
  }
}
