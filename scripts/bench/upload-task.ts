import type { AssetOwner } from '@ofm-social/core'

/** What a child process uploads, and how. */
export interface UploadTask {
  readonly how: 'adapter' | 'bare'
  readonly folder: string
  readonly sha256: string
  readonly fileBytes: number
  readonly segmentBytes: number
  /** Of the sink. */
  readonly url: string
}

export interface UploadResult {
  readonly tookMs: number
  readonly cpuMs: number
  /** Resident memory at its highest, less what there was before the upload. */
  readonly grownBytes: number
}

/** Whose file it is: any ids will do. */
export const fileOwner: AssetOwner = {
  agencyId: 'age_bench' as AssetOwner['agencyId'],
  creatorId: 'cre_bench' as AssetOwner['creatorId'],
}
