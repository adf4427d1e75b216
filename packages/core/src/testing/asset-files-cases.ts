import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  type AssetFileKey,
  type AssetFiles,
  type AssetFilesErrorCode,
  type AssetOwner,
  isAssetFilesError,
  type PutFileOptions,
} from '../model/asset-files.ts'
import { createIds } from '../model/ids.ts'
import type { ByteRange } from '../platform/call-context.ts'

/** A named case; tied to no test runner. */
export interface AssetFilesCase {
  readonly name: string
  run(): Promise<void>
}

type Check = (files: AssetFiles) => Promise<void>

/**
 * What every storage of original files has to hold: for disk, for S3, for a storage of one's own.
 *
 * @param createFiles Makes an empty storage; called once per case.
 */
export function assetFilesCases(createFiles: () => Promise<AssetFiles>): readonly AssetFilesCase[] {
  return Object.entries({ ...storing, ...reading, ...refusing, ...keepingApart }).map(([name, check]) => ({
    name,
    run: async () => check(await createFiles()),
  }))
}

const createId = createIds({ now: () => 1_795_000_000_000, random: countUp() })
const ada: AssetOwner = { agencyId: createId('agency'), creatorId: createId('creator') }
const bea: AssetOwner = { agencyId: ada.agencyId, creatorId: createId('creator') }
const elsewhere: AssetOwner = { agencyId: createId('agency'), creatorId: ada.creatorId }
const bytes = Uint8Array.from({ length: 700_001 }, (_, index) => (index * 7 + (index >> 8)) % 251)

const storing: Record<string, Check> = {
  'stores a stream and answers its hash and size': async (files) => {
    assert.deepEqual(await files.put(ada, streamOf(bytes)), { sha256: sha256(bytes), sizeBytes: bytes.length })
    assert.deepEqual(await files.stat(keyOf(ada, bytes)), { sizeBytes: bytes.length })
    assert.deepEqual(await readAll(files, keyOf(ada, bytes)), bytes)
  },
  'stores a file without bytes': async (files) => {
    const nothing = new Uint8Array(0)
    await files.put(ada, streamOf(nothing))
    assert.deepEqual(await readAll(files, keyOf(ada, nothing)), nothing)
  },
  'stores the same bytes once': async (files) => {
    const [first, second] = [await files.put(ada, streamOf(bytes)), await files.put(ada, streamOf(bytes))]
    assert.deepEqual(first, second)
    await files.delete(keyOf(ada, bytes))
    assert.equal(await files.stat(keyOf(ada, bytes)), undefined)
  },
  'stores the same bytes from several uploads at once': async (files) => {
    await Promise.all([1, 2, 3].map(() => files.put(ada, streamOf(bytes))))
    assert.deepEqual(await readAll(files, keyOf(ada, bytes)), bytes)
  },
  'takes an upload of the announced and of the largest allowed size': async (files) => {
    await files.put(ada, streamOf(bytes), { sizeBytes: bytes.length, sizeBytesMax: bytes.length, type: 'video/mp4' })
    assert.ok(await files.stat(keyOf(ada, bytes)))
  },
  'forgets a deleted file, and takes a second deletion as done': async (files) => {
    await files.put(ada, streamOf(bytes))
    await files.delete(keyOf(ada, bytes))
    await files.delete(keyOf(ada, bytes))
    await rejectsWith('file_missing', () => files.open(keyOf(ada, bytes)))
  },
}

const reading: Record<string, Check> = {
  'reads inclusive ranges': async (files) => {
    await files.put(ada, streamOf(bytes))
    for (const [start, end] of [
      [0, 0],
      [5, 9],
      [0, bytes.length - 1],
      [300_000, 600_000],
      [bytes.length - 1, bytes.length - 1],
    ] as const) {
      assert.deepEqual(await readAll(files, keyOf(ada, bytes), { start, end }), bytes.subarray(start, end + 1))
    }
  },
  'ends a range with the file': async (files) => {
    await files.put(ada, streamOf(bytes))
    const range = { start: bytes.length - 3, end: bytes.length + 1_000_000 }
    assert.deepEqual(await readAll(files, keyOf(ada, bytes), range), bytes.subarray(-3))
  },
  'lets a reader stop early': async (files) => {
    await files.put(ada, streamOf(bytes))
    const { stream } = await files.open(keyOf(ada, bytes))
    const reader = stream.getReader()
    assert.ok((await reader.read()).value)
    await reader.cancel()
    assert.deepEqual(await readAll(files, keyOf(ada, bytes)), bytes)
  },
}

const refusing: Record<string, Check> = {
  'refuses ranges that hold no byte of the file': async (files) => {
    await files.put(ada, streamOf(bytes))
    for (const [start, end] of [
      [-1, 4],
      [5, 4],
      [0.5, 4],
      [0, Number.NaN],
      [bytes.length, bytes.length + 1],
    ] as const) {
      await rejectsWith('invalid_range', () => files.open(keyOf(ada, bytes), { start, end }))
    }
  },
  'keeps nothing of an upload that is shorter or longer than announced': async (files) => {
    for (const sizeBytes of [bytes.length - 1, bytes.length + 1])
      await refusesUpload(files, 'size_mismatch', { sizeBytes })
  },
  'cuts off an upload that is too large': async (files) => {
    const endless = countedStream()
    await rejectsWith('too_large', () => files.put(ada, endless.stream, { sizeBytesMax: 200_000 }))
    assert.ok(endless.chunks() < 20, 'the sender is stopped')
    assert.equal(endless.isCanceled(), true)
    await refusesUpload(files, 'too_large', { sizeBytesMax: bytes.length - 1 })
  },
  'keeps nothing of an aborted upload, and throws the reason': async (files) => {
    const silent = countedStream({ chunksMax: 2 })
    const abort = new AbortController()
    const reason = new Error('the browser went away')
    const upload = files.put(ada, silent.stream, { signal: abort.signal })
    await silent.whenSilent
    abort.abort(reason)
    await assert.rejects(upload, (error) => error === reason)
    assert.equal(silent.isCanceled(), true)
    await assert.rejects(files.put(ada, streamOf(bytes), { signal: abort.signal }), (error) => error === reason)
    assert.equal(await files.stat(keyOf(ada, bytes)), undefined)
  },
  'keeps nothing of an upload whose stream fails, and throws its error': async (files) => {
    const failure = Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      pull: (controller) => controller.error(failure),
    })
    await assert.rejects(files.put(ada, stream), (error) => error === failure)
    assert.equal(await files.stat(keyOf(ada, bytes)), undefined)
  },
  'refuses keys that are no hash or no id': async (files) => {
    for (const sha256 of ['', '..', '../../etc/passwd', sha256Of('A').toUpperCase(), `${sha256Of('a')}/x`]) {
      await rejectsWith('invalid_key', () => files.open({ ...ada, sha256 }))
      await rejectsWith('invalid_key', () => files.stat({ ...ada, sha256 }))
      await rejectsWith('invalid_key', () => files.delete({ ...ada, sha256 }))
    }
    for (const id of ['', '.', '..', '../creator', 'a/b', 'a\\b', 'a\0b', '.uploads']) {
      const owner = { ...ada, creatorId: id as typeof ada.creatorId }
      await rejectsWith('invalid_key', () => files.open(keyOf(owner, bytes)))
      await rejectsWith('invalid_key', () => files.put(owner, streamOf(bytes)))
    }
  },
}

const keepingApart: Record<string, Check> = {
  'keeps creators and agencies apart, also with the same bytes': async (files) => {
    await files.put(ada, streamOf(bytes))
    for (const other of [bea, elsewhere]) {
      assert.equal(await files.stat(keyOf(other, bytes)), undefined)
      await rejectsWith('file_missing', () => files.open(keyOf(other, bytes)))
      await files.put(other, streamOf(bytes))
      await files.delete(keyOf(other, bytes))
      assert.deepEqual(await readAll(files, keyOf(ada, bytes)), bytes)
    }
  },
}

async function refusesUpload(files: AssetFiles, code: AssetFilesErrorCode, options: PutFileOptions): Promise<void> {
  await rejectsWith(code, () => files.put(ada, streamOf(bytes), options))
  assert.equal(await files.stat(keyOf(ada, bytes)), undefined)
}

async function rejectsWith(code: AssetFilesErrorCode, call: () => Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => isAssetFilesError(error) && error.code === code)
}

async function readAll(files: AssetFiles, key: AssetFileKey, range?: ByteRange): Promise<Uint8Array> {
  const opened = await files.open(key, range)
  const chunks: Uint8Array[] = []
  for await (const chunk of opened.stream) chunks.push(chunk)
  const whole = new Uint8Array(Buffer.concat(chunks))
  assert.equal(opened.sizeBytes, whole.length)
  assert.deepEqual(await files.stat(key), { sizeBytes: opened.fileSizeBytes })
  return whole
}

function streamOf(content: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(content)]).stream()
}

/** Chunks of 64 kB without an end; with `chunksMax` it falls silent after so many. */
function countedStream({ chunksMax = Number.POSITIVE_INFINITY } = {}) {
  let reportSilence = () => {}
  const whenSilent = new Promise<void>((resolve) => {
    reportSilence = resolve
  })
  let chunks = 0
  let isCanceled = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (chunks === chunksMax) return new Promise(() => reportSilence())
      chunks += 1
      controller.enqueue(new Uint8Array(65_536))
      return undefined
    },
    cancel() {
      isCanceled = true
    },
  })
  return { stream, whenSilent, chunks: () => chunks, isCanceled: () => isCanceled }
}

function keyOf(owner: AssetOwner, content: Uint8Array): AssetFileKey {
  return { ...owner, sha256: sha256(content) }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function sha256Of(text: string): string {
  return sha256(Buffer.from(text))
}

function countUp() {
  let next = 0
  return (target: Uint8Array) => target.map(() => next++)
}
