import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compareCatalogues, type PriceCatalogue } from '@ofm-social/budget/prices'

/**
 * `npm run prices:check -- OLD NEW`: what changed between two versions of the price catalogue, each a file of one vendor or a folder of them. Ends with 1
 * when a card was altered or removed, because a price in use stays as it is: a new price is a new card with a date.
 */
const [before, after] = process.argv.slice(2)
if (before === undefined || after === undefined) {
  console.error('Usage: npm run prices:check -- OLD NEW   (each a .json file of the catalogue, or a folder of them)')
  process.exitCode = 2
} else {
  const changes = compareCatalogues(readCatalogues(before), readCatalogues(after))
  for (const { kind, id, text } of changes) console.log(`${kind.padEnd(8)} ${id}: ${text}`)
  const broken = changes.filter(({ kind }) => kind !== 'added').length
  console.log(`added=${changes.length - broken} altered-or-removed=${broken}`)
  if (broken > 0) process.exitCode = 1
}

function readCatalogues(path: string): PriceCatalogue[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(path, name))
    : [path]
  return files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as PriceCatalogue)
}
