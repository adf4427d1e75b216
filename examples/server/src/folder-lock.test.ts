import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-lock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a lock keeps another process out until it is released', async () => {
  const file = join(folder, 'held')
  // The process that runs the tests: alive, and not this one.
  await writeFile(file, JSON.stringify({ pid: process.ppid, startedAt: null }))
  await expect(lockFolder(file)).rejects.toThrow(`process ${process.ppid}`)
  await rm(file)
  const lock = await lockFolder(file)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid })
  await lock.release()
  await expect(readFile(file)).rejects.toThrow()
})

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 30, startedAt: null })],
  [
    'of an earlier process with our own number, as in a container',
    JSON.stringify({ pid: process.pid, startedAt: '1' }),
  ],
  ['that a crash cut off', '{"pid":'],
])('a lock %s is taken over', async (_name, content) => {
  const file = join(folder, 'stale')
  await writeFile(file, content)
  const lock = await lockFolder(file)
  await lock.release()
})

test.runIf(process.platform === 'linux')(
  'a lock of an earlier process whose number lives again is taken over',
  async () => {
    const file = join(folder, 'reused')
    await writeFile(file, JSON.stringify({ pid: process.ppid, startedAt: 'before' }))
    const lock = await lockFolder(file)
    await lock.release()
  },
)
