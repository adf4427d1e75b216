import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AssetFilesError, type AssetOwner, type PutFileOptions, type StoredFile } from '../model/asset-files.ts'
import { filePath, ownerFolder } from './file-path.ts'
import { onDisk } from './files-error.ts'
import { removeLeftovers } from './leftovers.ts'
import { moveDurably } from './move-durably.ts'
import { writeStream } from './write-stream.ts'

/** Beside the owners' folders, on the same file system, so that a finished upload only has to be renamed. */
const uploadsFolderName = '.uploads'

export interface Uploads {
  /** Stores a stream. It goes to a folder of its own first, and appears under its name when all of it is safely on disk. */
  receive(owner: AssetOwner, stream: ReadableStream<Uint8Array>, options: PutFileOptions): Promise<StoredFile>
}

export function createUploads(folder: string): Uploads {
  const uploadsFolder = join(folder, uploadsFolderName)
  const attempted = { doing: 'write', folder } as const
  let cleaning: Promise<void> | undefined

  async function makeUploadFolder(): Promise<string> {
    await mkdir(uploadsFolder, { recursive: true })
    return mkdtemp(join(uploadsFolder, 'upload-'))
  }

  async function finish(path: string, target: string): Promise<void> {
    cleaning ??= removeLeftovers(uploadsFolder, path)
    await cleaning
    await moveDurably(path, target)
  }

  async function store(owner: AssetOwner, stream: ReadableStream<Uint8Array>, options: PutFileOptions) {
    options.signal?.throwIfAborted()
    ownerFolder(folder, owner)
    const uploadFolder = await onDisk(attempted, makeUploadFolder)
    try {
      const path = join(uploadFolder, 'bytes')
      const stored = await receiveFile({ path, folder }, stream, options)
      await onDisk(attempted, () => finish(path, filePath(folder, { ...owner, sha256: stored.sha256 })))
      return stored
    } finally {
      await rm(uploadFolder, { recursive: true, force: true })
    }
  }

  return {
    async receive(owner, stream, options) {
      try {
        return await store(owner, stream, options)
      } catch (error) {
        // Tells the sender to stop. How that goes changes nothing here.
        stream.cancel(error).catch(() => undefined)
        throw error
      }
    },
  }
}

async function receiveFile(
  { path, folder }: { readonly path: string; readonly folder: string },
  stream: ReadableStream<Uint8Array>,
  options: PutFileOptions,
): Promise<StoredFile> {
  const attempted = { doing: 'write', folder } as const
  const handle = await onDisk(attempted, () => open(path, 'wx'))
  try {
    const stored = await writeStream((chunk) => onDisk(attempted, () => handle.writeFile(chunk)), stream, options)
    if (options.sizeBytes !== undefined && stored.sizeBytes !== options.sizeBytes) {
      const message = `The upload brought ${stored.sizeBytes} bytes; ${options.sizeBytes} were announced.`
      throw new AssetFilesError('size_mismatch', message)
    }
    await onDisk(attempted, () => handle.sync())
    return stored
  } finally {
    await handle.close()
  }
}
