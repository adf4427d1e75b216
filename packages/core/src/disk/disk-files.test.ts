import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AssetOwner } from '../model/asset-files.ts'
import { createIds } from '../model/ids.ts'
import { assetFilesCases } from '../testing/asset-files-cases.ts'
import { createDiskFiles } from './disk-files.ts'

const createId = createIds({ now: () => 1_795_000_000_000, random: (bytes) => bytes.fill(3) })
const ada: AssetOwner = { agencyId: createId('agency'), creatorId: createId('creator') }
const hello = {
  bytes: Buffer.from('hello'),
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
}
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('holds what every storage has to hold', () => {
  for (const { name, run } of assetFilesCases(async () => createDiskFiles({ folder }))) {
    test(name, async () => {
      await run()
      expect(await readdir(join(folder, '.uploads')).catch(() => []), 'uploads that were left behind').toEqual([])
    })
  }
})

describe('on disk', () => {
  test('names a file by owner and hash, in a folder that is made when it is missing', async () => {
    const inner = join(folder, 'made', 'assets')
    await createDiskFiles({ folder: inner }).put(ada, streamOf(hello.bytes))
    const path = join(inner, ada.agencyId, ada.creatorId, hello.sha256.slice(0, 2), hello.sha256)
    expect(await readFile(path, 'utf8')).toBe('hello')
  })

  test('replaces a stored file that lost its bytes', async () => {
    const files = createDiskFiles({ folder })
    await files.put(ada, streamOf(hello.bytes))
    await writeFile(join(folder, ada.agencyId, ada.creatorId, hello.sha256.slice(0, 2), hello.sha256), 'hel')
    await files.put(ada, streamOf(hello.bytes))
    expect(await files.stat({ ...ada, sha256: hello.sha256 })).toEqual({ sizeBytes: 5 })
  })

  test('goes on reading a file that is deleted meanwhile', async () => {
    const files = createDiskFiles({ folder })
    await files.put(ada, streamOf(hello.bytes))
    const { stream } = await files.open({ ...ada, sha256: hello.sha256 })
    await files.delete({ ...ada, sha256: hello.sha256 })
    expect(await new Response(stream).text()).toBe('hello')
  })

  test('removes what uploads left more than a day ago, and nothing younger', async () => {
    const uploads = join(folder, '.uploads')
    for (const [name, ageHours] of [
      ['upload-old', 25],
      ['upload-running', 1],
    ] as const) {
      await mkdir(join(uploads, name), { recursive: true })
      await writeFile(join(uploads, name, 'bytes'), 'half')
      for (const path of [join(uploads, name, 'bytes'), join(uploads, name)]) await age(path, ageHours)
    }
    // A long upload: its folder is old, its file is still growing.
    await mkdir(join(uploads, 'upload-long'))
    await writeFile(join(uploads, 'upload-long', 'bytes'), 'half')
    await age(join(uploads, 'upload-long'), 48)

    await createDiskFiles({ folder }).put(ada, streamOf(hello.bytes))
    expect(await readdir(uploads)).toEqual(['upload-long', 'upload-running'])
  })

  test('names the folder when a file stands in its place', async () => {
    const taken = join(folder, 'taken')
    await writeFile(taken, '')
    const put = createDiskFiles({ folder: taken }).put(ada, streamOf(hello.bytes))
    await expect(put).rejects.toMatchObject({
      code: 'files_unwritable',
      message: `Files cannot be written to folder ${taken}: a file stands where a folder should be.`,
    })
    const found = createDiskFiles({ folder: taken }).stat({ ...ada, sha256: hello.sha256 })
    await expect(found).rejects.toMatchObject({ code: 'files_unreadable' })
  })

  test.skipIf(process.platform !== 'linux')('leaves no file open, however a stream ends', async () => {
    const files = createDiskFiles({ folder })
    const bytes = Buffer.alloc(1_000_000, 7)
    const { sha256 } = await files.put(ada, streamOf(bytes))
    const before = (await readdir('/proc/self/fd')).length
    const canceled = await files.open({ ...ada, sha256 })
    await canceled.stream.cancel()
    const finished = await files.open({ ...ada, sha256 }, { start: 10, end: 19 })
    expect(await new Response(finished.stream).arrayBuffer()).toHaveProperty('byteLength', 10)
    await files.open({ ...ada, sha256 }, { start: 2_000_000, end: 2_000_001 }).catch(() => undefined)
    expect((await readdir('/proc/self/fd')).length).toBe(before)
  })
})

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream()
}

async function age(path: string, hours: number): Promise<void> {
  const { mtimeMs } = await stat(path)
  const seconds = mtimeMs / 1000 - hours * 3600
  await utimes(path, seconds, seconds)
}
