import type { Reporter, TestModule } from 'vitest/node'
import { readServiceUse } from './service-use.ts'

type Counts = { passed: number; failed: number; skipped: number }

/**
 * Ends the run with the services that were really used, and with one line `N passed, N failed, N skipped`.
 * With `CI=true` a missing service or a skipped test fails the run: what was not run was not tested.
 */
export default class ServicesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countTests(modules)
    counts.failed += unhandledErrors.length
    for (const line of describeServices()) console.log(line)
    const gaps = process.env.CI ? findGaps(counts) : []
    for (const gap of gaps) console.log(`  ✗ CI: ${gap}`)
    if (gaps.length > 0) process.exitCode = 1
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}

function countTests(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed' || state === 'failed') counts[state] += 1
      else counts.skipped += 1
    }
    // A file that cannot be loaded has no tests that could fail.
    counts.failed += module.errors().length
  }
  return counts
}

function describeServices(): string[] {
  const file = process.env.OFM_TEST_SERVICE_USE
  const uses = [...(file ? readServiceUse(file) : [])]
  const lines = uses.map(
    ([service, count]) => `  ${service.padEnd(20)} used ${count} ${count === 1 ? 'time' : 'times'}`,
  )
  if (!process.env.OFM_TEST_POSTGRES_URL) {
    lines.push('  PostgreSQL           SKIPPED: set OFM_TEST_POSTGRES_URL, or run `.ci/postgres start` once')
  }
  if (!process.env.OFM_TEST_TEMPORAL_ADDRESS) {
    lines.push('  Temporal             SKIPPED: set OFM_TEST_TEMPORAL_ADDRESS, or run `.ci/temporal start` once')
  }
  if (!process.env.OFM_TEST_S3_URL) {
    lines.push('  S3                   SKIPPED: set OFM_TEST_S3_URL, or run `.ci/s3 start` once')
  }
  return lines.length > 0 ? ['\n Services', ...lines] : []
}

function findGaps({ skipped }: Counts): string[] {
  const gaps: string[] = []
  if (!process.env.OFM_TEST_POSTGRES_URL) gaps.push('no PostgreSQL was used')
  if (!process.env.OFM_TEST_TEMPORAL_ADDRESS) gaps.push('no Temporal was used')
  if (!process.env.OFM_TEST_S3_URL) gaps.push('no S3 server was used')
  if (skipped > 0) gaps.push(`${skipped} skipped; nothing may be skipped here`)
  return gaps
}
