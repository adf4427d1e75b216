import { type FileHandle, open } from 'node:fs/promises'
import { type AssetFileKey, AssetFilesError, type OpenedFile } from '../model/asset-files.ts'
import type { ByteRange } from '../platform/call-context.ts'
import { filePath } from './file-path.ts'
import { isMissing, toFilesError } from './files-error.ts'

const chunkBytes = 262_144

/** Opens a file, or a part of it. The handle is closed at the end of the stream, when it is canceled, and on errors. */
export async function openFile(folder: string, key: AssetFileKey, range: ByteRange | undefined): Promise<OpenedFile> {
  const path = filePath(folder, key)
  let handle: FileHandle
  try {
    handle = await open(path)
  } catch (error) {
    if (isMissing(error)) throw new AssetFilesError('file_missing', `No file ${key.sha256} is stored.`, error)
    throw toFilesError(error, { doing: 'read', folder })
  }
  try {
    const { size: fileSizeBytes } = await handle.stat()
    const { start, sizeBytes } = toSlice(range, fileSizeBytes)
    return { stream: streamSlice(handle, { folder, start, sizeBytes }), sizeBytes, fileSizeBytes }
  } catch (error) {
    await handle.close()
    throw toFilesError(error, { doing: 'read', folder })
  }
}

function toSlice(range: ByteRange | undefined, fileSizeBytes: number) {
  if (!range) return { start: 0, sizeBytes: fileSizeBytes }
  const { start, end } = range
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end
  if (!isRange || start >= fileSizeBytes) {
    throw new AssetFilesError(
      'invalid_range',
      `Bytes ${start} to ${end} are no part of a file of ${fileSizeBytes} bytes.`,
    )
  }
  return { start, sizeBytes: Math.min(end + 1, fileSizeBytes) - start }
}

/** Reads only when asked: whoever stops reading holds one chunk at most. */
function streamSlice(
  handle: FileHandle,
  slice: { readonly folder: string; readonly start: number; readonly sizeBytes: number },
): ReadableStream<Uint8Array> {
  let position = slice.start
  const end = slice.start + slice.sizeBytes
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = new Uint8Array(Math.min(chunkBytes, end - position))
          const { bytesRead } =
            chunk.length > 0 ? await handle.read(chunk, 0, chunk.length, position) : { bytesRead: 0 }
          if (position < end && bytesRead === 0) {
            throw new AssetFilesError(
              'files_unreadable',
              `A file in folder ${slice.folder} became shorter while it was read.`,
            )
          }
          position += bytesRead
          if (bytesRead > 0) controller.enqueue(chunk.subarray(0, bytesRead))
          if (position < end) return
          await handle.close()
          controller.close()
        } catch (error) {
          await handle.close()
          throw toFilesError(error, { doing: 'read', folder: slice.folder })
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  )
}
