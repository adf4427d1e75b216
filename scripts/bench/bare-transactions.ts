import type { BenchDatabase } from './open-bench-database.ts'

/** The floor: the least that a durable step can cost on this database. */
export interface BareTransactions {
  /** One after the other: milliseconds of each. */
  timeEach(count: number): Promise<number[]>
  /** As many at a time as the runner has slots for one platform. */
  ratePerSecond(count: number): Promise<number>
}

const schema = 'bench'
const atATime = 16

/** Transactions of one insert, one update and one select, through kysely, on the connections that the measured code uses. */
export async function createBareTransactions({ kysely }: BenchDatabase): Promise<BareTransactions> {
  const database = kysely.withSchema(schema)
  await kysely.schema.createSchema(schema).execute()
  await database.schema
    .createTable('step')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .execute()
  let lastId = 0
  const runOne = () => {
    lastId += 1
    const id = lastId
    return database.transaction().execute(async (tx) => {
      await tx.insertInto('step').values({ id, state: 'due' }).execute()
      await tx.updateTable('step').set({ state: 'published' }).where('id', '=', id).execute()
      await tx.selectFrom('step').selectAll().where('id', '=', id).execute()
    })
  }
  return {
    async timeEach(count) {
      const times: number[] = []
      for (let run = 0; run < count; run += 1) {
        const startedAt = performance.now()
        await runOne()
        times.push(performance.now() - startedAt)
      }
      return times
    },
    async ratePerSecond(count) {
      const startedAt = performance.now()
      const endId = lastId + count
      const runSome = async () => {
        while (lastId < endId) await runOne()
      }
      await Promise.all(Array.from({ length: atATime }, runSome))
      return (count / (performance.now() - startedAt)) * 1_000
    },
  }
}
