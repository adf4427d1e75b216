import type { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import type { TortureTarget } from './torture-database.ts'

type Source = Parameters<typeof createPostgresLedgerStore>[0]

/** A worker's way to the ledger's database. */
export interface TortureSource {
  readonly source: Source
  /** Errors are nobody's business. */
  run(text: string): Promise<void>
  close(): Promise<void>
}

/** One call in so many is not made, and one is made while its answer gets lost. */
const lossEvery = 400

/** Opens the database; each driver is loaded only where it is used, because a process that is killed again and again starts again and again. */
export async function openTortureSource(
  target: TortureTarget,
  chance: (below: number) => number,
): Promise<TortureSource> {
  const lose = createLoss(chance)
  if ('folder' in target) {
    const { PGlite } = await import('@electric-sql/pglite')
    const pglite = await PGlite.create(target.folder)
    return {
      source: {
        pglite: {
          query: (text, values) => lose(() => pglite.query(text, values)),
          transaction: (work) => lose(() => pglite.transaction((transaction) => work(transaction))),
        },
      },
      run: (text) => ignoreErrors(pglite.query(text)),
      close: () => pglite.close(),
    }
  }
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: target.url, max: 6 })
  pool.on('error', () => {})
  return {
    source: {
      pool: {
        connect: () => pool.connect(),
        query: (text, values) => lose(() => pool.query(text, values)),
      },
    },
    run: (text) => ignoreErrors(pool.query(text)),
    close: () => pool.end(),
  }
}

function createLoss(chance: (below: number) => number): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  return async (call) => {
    const dice = chance(lossEvery)
    if (dice === 0) throw new Error('The call was lost.')
    const answer = await call()
    if (dice === 1) throw new Error('The answer was lost.')
    return answer
  }
}

async function ignoreErrors(working: Promise<unknown>): Promise<void> {
  await working.then(
    () => undefined,
    () => undefined,
  )
}
