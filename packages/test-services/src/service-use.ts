import { appendFileSync, readFileSync } from 'node:fs'

/** The file in which test processes note what they used; set by the test run, absent elsewhere. */
const fileVariable = 'OFM_TEST_SERVICE_USE'

/** Notes that a test used a service, such as `PGlite`; the end of the test run lists each with its number of uses. */
export function recordServiceUse(service: string): void {
  const file = process.env[fileVariable]
  if (file) appendFileSync(file, `${service}\n`)
}

/** Reads what was noted in `file`: how often each service was used. */
export function readServiceUse(file: string): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const service of readFileSync(file, 'utf8').split('\n')) {
    if (service) uses.set(service, (uses.get(service) ?? 0) + 1)
  }
  return uses
}
