import * as z from 'zod'
import { moment } from './page.ts'

export const assetSchema = z
  .strictObject({
    id: z.string(),
    creatorId: z.string(),
    fileName: z.string(),
    sizeBytes: z.int(),
    sha256: z.string(),
    mediaInfo: z
      .looseObject({ kind: z.enum(['image', 'video', 'audio', 'unknown']), sizeBytes: z.int() })
      .meta({ id: 'MediaInfo', description: 'What the file is, read from its bytes: pixels, seconds, codecs.' }),
    createdAt: moment,
  })
  .meta({ id: 'Asset' })
