import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Where Temporal listens: the one that is named, or one which `.ci/temporal` starts or finds. */
export function startTemporal(): string {
  const named = process.env.OFM_TEST_TEMPORAL_ADDRESS
  if (named) return named
  const script = join(import.meta.dirname, '../../.ci/temporal')
  const printed = execFileSync(script, ['start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  for (const [, name = '', value = ''] of printed.matchAll(/(\w+)=(\S+)/g)) process.env[name] = value
  return process.env.OFM_TEST_TEMPORAL_ADDRESS ?? ''
}
