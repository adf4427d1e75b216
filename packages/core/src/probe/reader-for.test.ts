import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDiskFiles } from '../disk/disk-files.ts'
import { createIds } from '../model/ids.ts'
import { readFixture } from './__fixtures__/fixture.ts'
import { probe } from './probe.ts'
import { readerFor } from './reader-for.ts'

const createId = createIds({ now: () => 1_795_000_000_000, random: (bytes) => bytes.fill(3) })
const ada = { agencyId: createId('agency'), creatorId: createId('creator') }

test('lets probe read a stored file by ranges', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reader-for-'))
  try {
    const files = createDiskFiles({ folder })
    const bytes = readFixture('hevc-10-bit.mov')
    const { sha256 } = await files.put(ada, new Blob([new Uint8Array(bytes)]).stream())
    expect(await probe(await readerFor(files, { ...ada, sha256 }))).toMatchObject({ kind: 'video', videoCodec: 'hevc' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('says that a file is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reader-for-'))
  const missing = readerFor(createDiskFiles({ folder }), { ...ada, sha256: '0'.repeat(64) })
  await expect(missing).rejects.toMatchObject({ code: 'file_missing' })
  await rm(folder, { recursive: true, force: true })
})
