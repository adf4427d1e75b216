import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDevTemporal } from './dev-temporal.ts'
import { findLeftTemporal } from './left-temporal.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-dev-temporal-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Listens where it is told to, and does nothing else. */
const standIn = `#!${process.execPath}
const port = process.argv[process.argv.indexOf('--port') + 1]
require('node:net').createServer().listen(Number(port), '127.0.0.1')
`

test('a program `temporal` in a folder of PATH is found and started, and a file that is none is passed over', async () => {
  const [without, withIt] = [join(folder, 'without'), join(folder, 'with')]
  for (const one of [without, withIt]) await mkdir(one)
  await writeFile(join(without, 'temporal'), 'no program')
  await writeFile(join(withIt, 'temporal'), standIn)
  await chmod(join(withIt, 'temporal'), 0o755)
  const file = join(folder, 'temporal.db')
  const searchPath = [join(folder, 'nowhere'), without, withIt].join(delimiter)
  const started = await startDevTemporal({ cliPath: null, searchPath, file })
  const found = await findLeftTemporal(file)
  await started.stop()
  expect(started.address).toBe(`127.0.0.1:${found?.port}`)
  expect(await findLeftTemporal(file)).toBeUndefined()
})
