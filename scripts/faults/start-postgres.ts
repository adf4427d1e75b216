import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Before `@ofm-social/test-services` is loaded: points it at a server, which `.ci/postgres` starts or finds where none is named. */
export function startPostgres(): void {
  if (process.env.OFM_TEST_POSTGRES_URL) return
  const script = join(import.meta.dirname, '../../.ci/postgres')
  const printed = execFileSync(script, ['start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  process.env.OFM_TEST_POSTGRES_URL = printed.trim().replace(/^export OFM_TEST_POSTGRES_URL=/, '')
}
