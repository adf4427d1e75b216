import type { Page } from '../creators/creators.ts'
import type { AssetId, CreatorId } from '../model/ids.ts'
import type { MediaInfo } from '../model/media-info.ts'

/** An original media file. */
export interface Asset {
  readonly id: AssetId
  readonly creatorId: CreatorId
  readonly fileName: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly mediaInfo: MediaInfo
  readonly createdAt: Date
}

export interface Assets {
  /**
   * Stores a file and reads what it is. The same bytes of a creator are one asset.
   *
   * @throws {SocialError} `media_unreadable`, `file_not_found`, `files_unwritable`, `invalid_input`.
   */
  add(
    input: { readonly creator: string; readonly fileName?: string; readonly signal?: AbortSignal } & (
      | { /** Path on this machine. */ readonly file: string; readonly stream?: undefined }
      | { readonly stream: ReadableStream<Uint8Array>; readonly sizeBytes?: number; readonly file?: undefined }
    ),
  ): Promise<Asset>
  get(id: string): Promise<Asset>
  list(query?: { readonly creator?: string; readonly limit?: number; readonly after?: string }): Promise<Page<Asset>>
  /** The bytes, or an inclusive range of them. */
  open(
    id: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<{
    readonly stream: ReadableStream<Uint8Array>
    readonly sizeBytes: number
    readonly type: string
    readonly fileName: string
  }>
}
