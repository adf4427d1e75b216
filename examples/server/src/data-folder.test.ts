import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'

let path: string
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'ofm-data-folder-'))
})
afterAll(() => rm(path, { recursive: true, force: true }))

test('of processes that make a private file together one does, and all get what it wrote', async () => {
  const folders = await Promise.all(Array.from({ length: 8 }, () => openDataFolder(path)))
  const texts = await Promise.all(folders.map((folder, index) => folder.ensurePrivate('secret-key', `key ${index}`)))
  expect(new Set(texts).size).toBe(1)
  expect(await folders[0]?.readPrivate('secret-key')).toBe(texts[0])
  expect(await folders[0]?.ensurePrivate('secret-key', 'another')).toBe(texts[0])
  expect(await readdir(path)).toEqual(['secret-key'])
  expect((await stat(join(path, 'secret-key'))).mode & 0o777).toBe(0o600)
})
