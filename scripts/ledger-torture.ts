import { randomInt } from 'node:crypto'
import { startPostgres } from './faults/start-postgres.ts'
import { readTortureArguments } from './ledger-torture/torture-arguments.ts'

const usage = 'npm run ledger:torture -- [--operations number] [--seed number]'
/** One process and one connection are slower, and share of the run is smaller. */
const pgliteShare = 10

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readTortureArguments(args, randomInt(1_000_000))
  if (typeof asked === 'string') {
    console.error(`${asked}\nUsage: ${usage}`)
    return 64
  }
  const { operations, seed } = asked
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
