import { writeFile } from 'node:fs/promises'
import { buildWorkflowBundle } from '@ofm-social/temporal/worker'

/** Writes the code of the workflows to the file that is named. A program of its own: the bundler's memory ends with it. */
const [file] = process.argv.slice(2)
if (!file) throw new Error('Name the file to write.')
await writeFile(file, (await buildWorkflowBundle()).code)
