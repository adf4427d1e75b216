import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isBudgetError } from '@ofm-social/budget'
import { compareCatalogues, createPriceBook, type PriceCatalogue } from '@ofm-social/budget/prices'

/**
 * `npm run prices:check`: what changed in the price catalogue since the last commit; `-- OLD NEW`: between two versions, each a file of one vendor or a folder
 * of them. Ends with 1 when a card was altered or removed, because a price in use stays as it is: a new price is a new card with a date. Also when the new
 * version is no valid price book, or when the shipped one changed under its old version. Ends with 2 when it could not compare.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const shipped = 'packages/budget/src/catalogue'
const versionFile = `${shipped}/published-prices.ts`

/** Nothing was compared. */
class UsageError extends Error {}

const [before, after, ...rest] = process.argv.slice(2)
try {
  if ((before !== undefined && after === undefined) || rest.length > 0) {
    throw new UsageError(
      'Usage: npm run prices:check [-- OLD NEW]   (each a .json file of the catalogue, or a folder of them)',
    )
  }
  const ours = before === undefined
  process.exitCode = check(
    ours ? readCommitted() : readCatalogues(before),
    readCatalogues(after ?? join(root, shipped)),
    ours ? 'shipped' : 'given',
  )
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

function check(old: readonly PriceCatalogue[], now: readonly PriceCatalogue[], whose: 'shipped' | 'given'): 0 | 1 {
  const changes = compareCatalogues(old, now)
  for (const { kind, id, text } of changes) console.log(`${kind.padEnd(8)} ${id}: ${text}`)
  const problems = listProblems(now)
  if (
    whose === 'shipped' &&
    changes.length > 0 &&
    readVersion(readCommittedFile(versionFile)) === readVersion(readHere())
  ) {
    problems.push(`publishedPricesVersion is still ${readVersion(readHere())}; raise it in ${versionFile}.`)
  }
  for (const problem of problems) console.log(`invalid  ${problem}`)
  const count = (...kinds: readonly string[]) => changes.filter(({ kind }) => kinds.includes(kind)).length
  const broken = count('altered', 'removed')
  console.log(
    `added=${count('added')} models=${count('model')} altered-or-removed=${broken} invalid=${problems.length}`,
  )
  return broken > 0 || problems.length > 0 ? 1 : 0
}

/** What is wrong with a version by itself. */
function listProblems(catalogues: readonly PriceCatalogue[]): string[] {
  try {
    createPriceBook({ version: 'checked', catalogues })
    return []
  } catch (error) {
    if (!isBudgetError(error)) throw error
    return error.problems.map(({ message }) => message)
  }
}

function readCommitted(): readonly PriceCatalogue[] {
  const paths = git('ls-tree', '--name-only', 'HEAD', `${shipped}/`).trim().split('\n')
  return paths.filter((path) => path.endsWith('.json')).map((path) => parseCatalogue(path, readCommittedFile(path)))
}

function readCommittedFile(path: string): string {
  return git('show', `HEAD:${path}`)
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
}

function readHere(): string {
  return readFileSync(join(root, versionFile), 'utf8')
}

function readVersion(source: string): string {
  return /publishedPricesVersion = '([^']+)'/.exec(source)?.[1] ?? ''
}

function readCatalogues(path: string): readonly PriceCatalogue[] {
  const files = listFiles(path)
  if (files.length === 0) throw new UsageError(`${path} has no .json files.`)
  return files.map((file) => parseCatalogue(file, readFileSync(file, 'utf8')))
}

function listFiles(path: string): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new UsageError(`${path} is not there.`)
  if (!stats.isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => name.endsWith('.json'))
  return names.map((name) => join(path, name))
}

function parseCatalogue(path: string, text: string): PriceCatalogue {
  const catalogue = parseJson(path, text)
  if (isCatalogue(catalogue)) return catalogue
  throw new UsageError(`${path} is no catalogue: it needs vendor, currency, source, and models that each have cards.`)
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}

function isCatalogue(value: unknown): value is PriceCatalogue {
  if (typeof value !== 'object' || value === null) return false
  const { vendor, currency, source, models } = value as Partial<Record<keyof PriceCatalogue, unknown>>
  const named = [vendor, currency, source].every((text) => typeof text === 'string')
  return named && Array.isArray(models) && models.every((model) => Array.isArray(model?.cards))
}
