import { createHash, randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWorkflowBundle } from '@ofm-social/temporal/worker'

/**
 * Writes the code of the workflows into the folder that is named, and its name to stdout. A program of its own: the bundler's memory ends with it.
 *
 * Processes of several versions may share the folder: a file is named after what it holds, appears whole, and is never changed.
 */
const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Name the folder to write into.')
const { code } = await buildWorkflowBundle()
const name = `workflows-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.cjs`
const unfinished = join(folder, `${name}.${randomUUID()}`)
await writeFile(unfinished, code)
await rename(unfinished, join(folder, name))
process.stdout.write(name)
