import { readFile } from 'node:fs/promises'
import { StartError } from './start-error.ts'
import type { TemporalConfig } from './temporal-config.ts'

/** How to connect, for `Connection` and `NativeConnection` alike. */
export async function toConnectionOptions({ address, apiKey, certificate }: TemporalConfig) {
  if (certificate === null) return { address, ...(apiKey === null ? {} : { apiKey, tls: true as const }) }
  const [crt, key] = await Promise.all([read(certificate.certificateFile), read(certificate.keyFile)])
  return { address, tls: { clientCertPair: { crt, key } }, ...(apiKey === null ? {} : { apiKey }) }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new StartError(`${path} cannot be read. TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY name files in PEM.`, error)
  }
}
