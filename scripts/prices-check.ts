import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compareCatalogues, type PriceCatalogue } from '@ofm-social/budget/prices'

/**
 * `npm run prices:check`: what changed in the price catalogue since the last commit; `-- OLD NEW`: between two versions, each a file of one vendor or a folder
 * of them. Ends with 1 when a card was altered or removed, because a price in use stays as it is: a new price is a new card with a date.
 */
const shipped = 'packages/budget/src/catalogue'
const [before, after] = process.argv.slice(2)
if (before !== undefined && after === undefined) {
  console.error('Usage: npm run prices:check [-- OLD NEW]   (each a .json file of the catalogue, or a folder of them)')
  process.exitCode = 2
} else {
  const changes = compareCatalogues(
    before === undefined ? readCommitted() : readCatalogues(before),
    readCatalogues(after ?? shipped),
  )
  for (const { kind, id, text } of changes) console.log(`${kind.padEnd(8)} ${id}: ${text}`)
  const count = (...kinds: readonly string[]) => changes.filter(({ kind }) => kinds.includes(kind)).length
  const broken = count('altered', 'removed')
  console.log(`added=${count('added')} models=${count('model')} altered-or-removed=${broken}`)
  if (broken > 0) process.exitCode = 1
}

function readCommitted(): PriceCatalogue[] {
  const git = (...words: readonly string[]) => execFileSync('git', words, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  const paths = git('ls-tree', '--name-only', 'HEAD', `${shipped}/`).trim().split('\n')
  return paths.filter((path) => path.endsWith('.json')).map((path) => JSON.parse(git('show', `HEAD:${path}`)))
}

function readCatalogues(path: string): PriceCatalogue[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(path, name))
    : [path]
  return files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as PriceCatalogue)
}
