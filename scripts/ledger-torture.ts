import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startPostgres } from './faults/start-postgres.ts'

const usage = 'npm run ledger:torture -- [--operations number] [--seed number]'
/** One process and one connection are slower, and share of the run is smaller. */
const pgliteShare = 10

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      operations: { type: 'string', default: '100000' },
      seed: { type: 'string', default: `${randomInt(1_000_000)}` },
    },
    strict: false,
  })
  const operations = Number(values.operations)
  const seed = Number(values.seed)
  if (!Number.isInteger(operations) || operations < 1 || !Number.isInteger(seed)) {
    console.error(usage)
    return 64
  }
  startPostgres()
  // Reads where PostgreSQL is when it is loaded.
  const { openTorturePglite, openTorturePostgres } = await import('./ledger-torture/torture-database.ts')
  const { runTorture } = await import('./ledger-torture/run-torture.ts')
  console.log(`--seed ${seed}`)
  const sum = { overspent: 0, lost: 0, double: 0, wrong: 0 }
  for (const open of [openTorturePostgres, openTorturePglite]) {
    const database = await open()
    const share = database.name === 'PGlite' ? Math.ceil(operations / pgliteShare) : operations
    const result = await runTorture(database, { operations: share, seed, tell: console.log })
    await database.close()
    const { findings, failures, ...numbers } = result
    console.log(database.name, JSON.stringify(numbers))
    for (const line of [...findings.slice(0, 20), ...failures.slice(0, 20)]) console.log(`  ${line}`)
    sum.overspent += result.overspent
    sum.lost += result.lost
    sum.double += result.double
    sum.wrong += findings.length + failures.length
  }
  if (sum.wrong > 0) console.log(`${sum.wrong} answers or rules of the books were wrong.`)
  console.log(`overspent=${sum.overspent} lost=${sum.lost} double=${sum.double}`)
  return sum.overspent + sum.lost + sum.double + sum.wrong === 0 ? 0 : 1
}
