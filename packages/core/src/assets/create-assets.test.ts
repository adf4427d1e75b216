import { createHash, randomFillSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createDiskFiles } from '../disk/index.ts'
import { type AssetFiles, AssetFilesError } from '../model/asset-files.ts'
import { type AgencyId, createIds } from '../model/ids.ts'
import type { PartAsset } from '../platform/part-request.ts'
import { createFixedClock } from '../testing/fixed-clock.ts'
import { createMemoryAssetStore } from '../testing/memory/memory-asset-store.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createAssetAccess } from './asset-access.ts'
import { createAssets } from './create-assets.ts'
import { createReadFiles } from './read-files.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../probe/__fixtures__/${name}`, import.meta.url))
const root = await mkdtemp(join(tmpdir(), 'ofm-assets-test-'))
afterAll(() => rm(root, { recursive: true }))
const agencyA = 'agency_a' as AgencyId

async function start(changed: Partial<AssetFiles> = {}) {
  const folder = await mkdtemp(join(root, 'files-'))
  const clock = createFixedClock()
  let idTime = 1_000
  const readFiles = createReadFiles({ ...createDiskFiles({ folder }), ...changed })
  const shared = {
    store: createMemoryAssetStore(clock.now),
    creators: createMemoryCreatorStore(clock.now),
    createId: createIds({ now: () => idTime++, random: (bytes) => randomFillSync(bytes) }),
    readFiles,
  }
  const forAgency = (agency: string) => createAssets({ ...shared, readAgencyId: async () => agency as AgencyId })
  return {
    assets: forAgency(agencyA),
    others: forAgency('agency_b'),
    access: createAssetAccess({ readFiles }),
    countFiles: async () =>
      (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name)).length,
  }
}

const streamOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

const readAll = async ({ stream }: { readonly stream: ReadableStream<Uint8Array> }) =>
  Buffer.from(await new Response(stream).arrayBuffer())

describe('adding an asset', () => {
  test('from a path stores the bytes and reads what they are', async () => {
    const { assets } = await start()
    const asset = await assets.add({ creator: 'ada', file: fixture('picture.jpg') })
    const bytes = await readFile(fixture('picture.jpg'))
    expect(asset).toMatchObject({
      fileName: 'picture.jpg',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaInfo: { kind: 'image', type: 'image/jpeg', sizeBytes: bytes.length },
    })
    expect(await assets.get(asset.id)).toEqual(asset)
    const opened = await assets.open(asset.id)
    expect(opened).toMatchObject({ type: 'image/jpeg', fileName: 'picture.jpg', sizeBytes: bytes.length })
    expect(await readAll(opened)).toEqual(bytes)
  })

  test('from a stream takes the name that is given, without folders, or makes one', async () => {
    const { assets } = await start()
    const bytes = await readFile(fixture('h264-aac.mp4'))
    const [first, second] = [bytes.subarray(0, 1_000), bytes.subarray(1_000)]
    const unnamed = await assets.add({ creator: 'ada', stream: streamOf(first, second), sizeBytes: bytes.length })
    expect(unnamed).toMatchObject({ fileName: 'upload.mp4', mediaInfo: { kind: 'video', videoCodec: 'h264' } })
    const named = await assets.add({ creator: 'bob', stream: streamOf(bytes), fileName: 'C:\\fakepath\\clip.mp4' })
    expect(named.fileName).toBe('clip.mp4')
  })

  test('keeps the same bytes of a creator once, and those of another creator apart', async () => {
    const { assets, countFiles } = await start()
    const file = fixture('picture.png')
    const [one, other] = await Promise.all([assets.add({ creator: 'ada', file }), assets.add({ creator: 'ada', file })])
    expect(other).toEqual(one)
    expect(await assets.add({ creator: 'ada', stream: streamOf(await readFile(file)), fileName: 'again.png' })).toEqual(
      one,
    )
    expect((await assets.add({ creator: 'bob', file })).id).not.toBe(one.id)
    expect(await countFiles()).toBe(2)
  })

  test('reads the same bytes of a creator once', async () => {
    const folder = await mkdtemp(join(root, 'disk-'))
    const disk = createDiskFiles({ folder })
    const open = vi.fn(disk.open)
    const { assets } = await start({ ...disk, open })
    const first = await assets.add({ creator: 'ada', file: fixture('picture.png') })
    open.mockRejectedValue(new AssetFilesError('files_unreadable', 'The disk fails.'))
    expect(await assets.add({ creator: 'ada', file: fixture('picture.png') })).toEqual(first)
  })

  test('refuses a picture whose second half did not arrive, and keeps nothing', async () => {
    const { assets, countFiles } = await start()
    const whole = await readFile(fixture('picture.jpg'))
    const file = join(root, 'half.jpg')
    await writeFile(file, whole.subarray(0, whole.length / 2))
    const message = 'The JPEG is cut off: its end is missing.'
    await expect(assets.add({ creator: 'ada', file })).rejects.toMatchObject({
      code: 'media_unreadable',
      message,
      problems: [{ path: 'file', code: 'damaged', message }],
    })
    expect(await countFiles()).toBe(0)
  })

  test('refuses what nobody can read, says why, and keeps nothing', async () => {
    const { assets, countFiles } = await start()
    const file = join(root, 'notes.txt')
    await writeFile(file, 'These are notes, no media. '.repeat(100))
    await expect(assets.add({ creator: 'ada', file })).rejects.toMatchObject({
      code: 'media_unreadable',
      problems: [{ path: 'file', code: 'not_media', message: expect.any(String) }],
    })
    await expect(assets.add({ creator: 'ada', stream: streamOf() })).rejects.toMatchObject({
      code: 'media_unreadable',
      problems: [{ code: 'empty' }],
    })
    expect(await countFiles()).toBe(0)
  })

  test.each([
    ['./nowhere.mp4', 'There is no file ./nowhere.mp4.'],
    [root, `${root} is no file.`],
  ])('says that there is no file at %s', async (file, message) => {
    const { assets } = await start()
    await expect(assets.add({ creator: 'ada', file })).rejects.toMatchObject({
      code: 'file_not_found',
      message,
      problems: [{ path: 'file', code: 'file_not_found' }],
    })
  })

  test('refuses a stream of another size than announced', async () => {
    const { assets, countFiles } = await start()
    const stream = streamOf(new Uint8Array(10))
    await expect(assets.add({ creator: 'ada', stream, sizeBytes: 11 })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'sizeBytes', code: 'size_mismatch' }],
    })
    expect(await countFiles()).toBe(0)
  })

  test('cancels a stream that it will not read', async () => {
    const { assets, others } = await start()
    const { creatorId } = await others.add({ creator: 'ada', file: fixture('picture.png') })
    const cancel = vi.fn()
    const stream = new ReadableStream<Uint8Array>({ cancel })
    await expect(assets.add({ creator: creatorId, stream })).rejects.toMatchObject({ code: 'not_found' })
    expect(cancel).toHaveBeenCalledOnce()
  })

  test('names the folder that cannot be written', async () => {
    const failing = new AssetFilesError('files_full', 'The disk of folder /media is full.')
    const { assets } = await start({ put: async () => Promise.reject(failing) })
    await expect(assets.add({ creator: 'ada', file: fixture('picture.gif') })).rejects.toMatchObject({
      code: 'files_unwritable',
      message: 'The disk of folder /media is full.',
    })
  })

  test('ends with the reason of the signal', async () => {
    const { assets } = await start()
    const signal = AbortSignal.abort(new Error('the user left'))
    await expect(assets.add({ creator: 'ada', file: fixture('picture.gif'), signal })).rejects.toThrow('the user left')
  })

  test('never throws away a file that only took long to read', async () => {
    const remove = vi.fn()
    const { assets, countFiles } = await start({ delete: remove, open: () => new Promise(() => undefined) })
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    try {
      const adding = expect(assets.add({ creator: 'ada', file: fixture('picture.gif') })).rejects.toMatchObject({
        problems: [{ code: 'limit_exceeded' }],
      })
      while ((await countFiles()) === 0 || vi.getTimerCount() === 0)
        await new Promise((resolve) => setImmediate(resolve))
      await vi.advanceTimersByTimeAsync(10_000)
      await adding
    } finally {
      vi.useRealTimers()
    }
    expect(remove).not.toHaveBeenCalled()
  })

  test('refuses bad input with all problems', async () => {
    const { assets } = await start()
    await expect(assets.add({ creator: '', fileName: 'a\u0000b' } as never)).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'creator' }, { path: 'fileName' }],
    })
    await expect(assets.add({ creator: 'ada' } as never)).rejects.toMatchObject({
      problems: [{ path: 'file', code: 'missing', message: 'file or stream is missing.' }],
    })
    await expect(assets.add({ creator: 'ada', file: 'x', stream: 'y' } as never)).rejects.toMatchObject({
      problems: [{ path: 'stream', message: 'stream must be a ReadableStream.' }],
    })
  })
})

describe('assets', () => {
  test('are opened in inclusive ranges', async () => {
    const { assets } = await start()
    const { id } = await assets.add({ creator: 'ada', file: fixture('picture.png') })
    const opened = await assets.open(id, { start: 1, end: 3 })
    expect(opened.sizeBytes).toBe(3)
    expect((await readAll(opened)).toString()).toBe('PNG')
    await expect(assets.open(id, { start: 3, end: 1 })).rejects.toMatchObject({ problems: [{ path: 'end' }] })
    await expect(assets.open(id, { start: 1e9, end: 1e9 })).rejects.toMatchObject({
      problems: [{ path: 'range', code: 'invalid_range' }],
    })
  })

  test('are listed by creator, newest first', async () => {
    const { assets } = await start()
    const one = await assets.add({ creator: 'ada', file: fixture('picture.png') })
    const two = await assets.add({ creator: 'ada', file: fixture('picture.gif') })
    await assets.add({ creator: 'bob', file: fixture('picture.gif') })
    expect((await assets.list({ creator: 'ada' })).items).toEqual([two, one])
    expect((await assets.list({ limit: 1 })).next).not.toBeNull()
    expect((await assets.list({ creator: 'nobody' })).items).toEqual([])
  })

  test('of another agency are not found', async () => {
    const { assets, others } = await start()
    const { id } = await assets.add({ creator: 'ada', file: fixture('picture.png') })
    const notFound = expect.objectContaining({ code: 'not_found' })
    await expect(others.get(id)).rejects.toThrow(notFound)
    await expect(others.open(id)).rejects.toThrow(notFound)
    await expect(others.get('x')).rejects.toThrow(notFound)
  })
})

describe('the engine', () => {
  const signal = new AbortController().signal

  async function startWithAsset(changed: Partial<AssetFiles> = {}) {
    const rig = await start(changed)
    const asset = await rig.assets.add({ creator: 'ada', file: fixture('picture.png') })
    const { id, sha256, sizeBytes, mediaInfo } = asset
    const part: PartAsset = { id, sha256, sizeBytes, mediaInfo }
    return { ...rig, asset, part, key: { agencyId: agencyA, creatorId: asset.creatorId } }
  }

  test('opens bytes under a name that says nothing about home', async () => {
    const { access, key, part } = await startWithAsset()
    const opened = await access.open(key, part, { start: 1, end: 3 }, signal)
    expect(opened).toMatchObject({ type: 'image/png', sizeBytes: 3, fileName: `${part.id}.png` })
    expect((await readAll(opened)).toString()).toBe('PNG')
  })

  test('gets nothing of another creator', async () => {
    const { access, key, part, assets } = await startWithAsset()
    const bob = await assets.add({ creator: 'bob', file: fixture('picture.gif') })
    await expect(access.open({ ...key, creatorId: bob.creatorId }, part, undefined, signal)).rejects.toMatchObject({
      code: 'file_missing',
    })
  })

  test('opens nothing after an abort', async () => {
    const { access, key, part } = await startWithAsset()
    await expect(access.open(key, part, undefined, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
  })

  test('gets a public URL where the storage offers one, else an operator is asked', async () => {
    const without = await startWithAsset()
    await expect(without.access.publicUrl(without.key, without.part, { forMs: 1 })).rejects.toMatchObject({
      code: 'misconfigured',
    })
    const withUrl = await startWithAsset({
      publicUrl: async (file, { forMs, type }) => `https://media.test/${file.sha256}?for=${forMs}&type=${type}`,
    })
    const url = await withUrl.access.publicUrl(withUrl.key, withUrl.part, { forMs: 60_000 })
    expect(url).toBe(`https://media.test/${withUrl.part.sha256}?for=60000&type=image/png`)
  })
})

describe('storage', () => {
  test('is a folder beside the process where the host gives none, made when it is needed', async () => {
    const before = process.cwd()
    const home = await mkdtemp(join(root, 'home-'))
    process.chdir(home)
    try {
      const readFiles = createReadFiles(undefined)
      const files = await readFiles()
      expect(await readFiles()).toBe(files)
      expect(await readdir(home)).toEqual([])
      await files.put({ agencyId: agencyA, creatorId: 'creator_ada' as never }, streamOf(new Uint8Array(1)))
      expect(await readdir(home)).toEqual(['ofm-assets'])
    } finally {
      process.chdir(before)
    }
  })
})
