import type { ImageAnimation } from '../model/media-info.ts'

/** What lies around the picture itself. */
export interface ImageExtras {
  /** EXIF orientation, 1 to 8. */
  readonly orientation?: number
  readonly animation?: ImageAnimation
}
