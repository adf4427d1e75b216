import * as z from 'zod'
import { creatorField, type ResolveCreator } from '../creators/resolve-creator.ts'
import type { AssetFileKey, AssetFiles, AssetOwner } from '../model/asset-files.ts'
import type { AgencyId, CreateId } from '../model/ids.ts'
import type { MediaInfo, UnknownMedia } from '../model/media-info.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import { SocialError } from '../social-error.ts'
import type { AssetSource } from './asset-source.ts'
import type { AssetStore } from './asset-store.ts'
import type { Asset } from './assets.ts'
import { toMediaFileName } from './media-file-name.ts'
import type { ReadFiles } from './read-files.ts'
import { toFilesProblem } from './to-files-problem.ts'

export interface AddAssetDependencies {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: AssetStore
  readonly resolveCreator: ResolveCreator
  readonly createId: CreateId
  readonly readFiles: ReadFiles
}

const addInput = once(() =>
  z
    .strictObject({
      creator: creatorField(),
      fileName: z
        .string()
        .max(255)
        .transform((name) => name.split(/[/\\]/).at(-1) ?? '')
        .refine((name) => /^[^\p{Cc}]+$/u.test(name), { error: 'fileName must be a name without control characters.' })
        .optional(),
      signal: z.custom<AbortSignal>(isSignal, { error: 'signal must be an AbortSignal.' }).optional(),
      file: z.string().min(1).optional(),
      stream: z.custom<ReadableStream<Uint8Array>>(isStream, { error: 'stream must be a ReadableStream.' }).optional(),
      sizeBytes: z.int().min(0).optional(),
    })
    .transform(({ file, stream, sizeBytes, ...input }, context) => {
      const refuse = (path: string, message: string) =>
        context.issues.push({
          code: 'custom',
          input: undefined,
          path: [path],
          message,
          params: { code: 'not_allowed' },
        })
      if (file !== undefined && sizeBytes !== undefined)
        refuse('sizeBytes', 'sizeBytes belongs to a stream; a file has its own.')
      if (stream && file !== undefined) refuse('stream', 'Give file or stream, not both.')
      if (file !== undefined) return { ...input, from: { file } }
      if (stream) return { ...input, from: { stream, sizeBytes } }
      context.issues.push({
        code: 'custom',
        input,
        path: ['file'],
        message: 'file or stream is missing.',
        params: { code: 'missing' },
      })
      return z.NEVER
    }),
)

/** Stores a file and reads what it is. A file that nobody can read is not kept. */
export async function addAsset(dependencies: AddAssetDependencies, input: unknown): Promise<Asset> {
  const { creator, fileName, signal, from } = parseInput(addInput(), input)
  try {
    const source = from.stream ? toStreamSource(from.stream, from.sizeBytes) : await openFile(from.file)
    const agencyId = await dependencies.readAgencyId()
    const { id: creatorId } = await dependencies.resolveCreator(agencyId, creator, { create: true })
    const files = await dependencies.readFiles()
    return await storeAsset({ ...dependencies, files }, { owner: { agencyId, creatorId }, source, fileName, signal })
  } catch (error) {
    // Nobody else would tell the sender of a stream that it is not read any more.
    if (from.stream && !from.stream.locked) await from.stream.cancel(error).catch(() => undefined)
    throw toFilesProblem(error)
  }
}

interface NewAsset {
  readonly owner: AssetOwner
  readonly source: AssetSource
  readonly fileName: string | undefined
  readonly signal: AbortSignal | undefined
}

async function storeAsset(
  { store, createId, files }: Pick<AddAssetDependencies, 'store' | 'createId'> & { readonly files: AssetFiles },
  { owner, source, fileName, signal }: NewAsset,
): Promise<Asset> {
  const { agencyId, creatorId } = owner
  const { sha256, sizeBytes } = await files.put(owner, source.open(), { sizeBytes: source.sizeBytes, signal })
  const known = await store.findBySha256(agencyId, { creatorId, sha256 })
  if (known) return known
  const mediaInfo = await readMediaInfo(files, { ...owner, sha256 }, signal)
  const name = fileName ?? source.fileName ?? toMediaFileName('upload', mediaInfo.type)
  return store.add(agencyId, { id: createId('asset'), creatorId, fileName: name, sizeBytes, sha256, mediaInfo })
}

function toStreamSource(stream: ReadableStream<Uint8Array>, sizeBytes: number | undefined): AssetSource {
  return { sizeBytes, open: () => stream }
}

/** Loaded by who adds a file: the file system would be a seventh of what importing core costs. */
async function openFile(path: string): Promise<AssetSource> {
  const { readFileSource } = await import('./asset-source.ts')
  return readFileSource(path)
}

async function readMediaInfo(
  files: AssetFiles,
  key: AssetFileKey,
  signal: AbortSignal | undefined,
): Promise<Exclude<MediaInfo, UnknownMedia>> {
  const { probe, readerFor } = await import('../probe/index.ts')
  const mediaInfo = await probe(await readerFor(files, key), signal && { signal })
  if (mediaInfo.kind !== 'unknown') return mediaInfo
  const { code, message } = mediaInfo.reason
  // A slow reading says nothing about the file: the same bytes, added at this moment by somebody else, may become an asset.
  if (code !== 'limit_exceeded') await files.delete(key)
  throw new SocialError('media_unreadable', message, { problems: [{ path: 'file', code, message }] })
}

function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'getReader' in value
}
