import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = fileURLToPath(new URL('./build-workflows.ts', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-build-workflows-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('workers that share a folder build one file, named after what it holds', { timeout: 60_000 }, async () => {
  const build = () => promisify(execFile)(process.execPath, ['--conditions=@ofm-social/source', script, folder])
  const names = (await Promise.all([build(), build()])).map(({ stdout }) => stdout)
  expect(names[0]).toMatch(/^workflows-[0-9a-f]{16}\.cjs$/)
  expect(names[1]).toBe(names[0])
  expect(await readdir(folder)).toEqual([names[0]])
})
