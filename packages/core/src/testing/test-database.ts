import type { StorePorts } from '../store-ports.ts'

/** A database of this process for tests, whose clock stands still. */
export interface TestDatabase {
  readonly ports: StorePorts
  /** Epoch milliseconds. */
  now(): number
  advance(ms: number): Promise<void>
}

/** Opens PGlite in memory, migrates it and stops its clock. Loaded when first needed: core itself knows neither. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const [{ PGlite }, { createPostgresPorts }, { openTestStore, testStart }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('../postgres/create-postgres-store.ts'),
    import('../postgres/testing/open-test-store.ts'),
  ])
  const pglite = new PGlite()
  const { clock } = await openTestStore({ pglite })
  let at = testStart
  return {
    ports: createPostgresPorts({ pglite }),
    now: () => at,
    async advance(ms) {
      at += Math.ceil(ms)
      await clock.advance(Math.ceil(ms))
    },
  }
}
