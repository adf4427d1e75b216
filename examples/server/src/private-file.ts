import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { systemCodeOf } from './start-error.ts'

/** The text of a file, without the space around it; undefined when there is none. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes a file that only its owner may read. It appears whole, and never in place of another one: of several that try, one succeeds.
 *
 * @returns Whether it was made here.
 */
export async function createFile(file: string, text: string): Promise<boolean> {
  const unfinished = `${file}.${randomUUID()}`
  await writeFile(unfinished, `${text}\n`, { mode: 0o600 })
  try {
    await link(unfinished, file)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(unfinished, { force: true })
  }
}
