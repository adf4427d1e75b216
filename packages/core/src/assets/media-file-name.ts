import type { MediaInfo } from '../model/media-info.ts'

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'audio/mp4': 'm4a',
  'audio/webm': 'weba',
  'audio/x-matroska': 'mka',
}

/** A file name with the extension that belongs to the MIME type. */
export function toMediaFileName(stem: string, type: string): string {
  const extension = extensions[type]
  return extension ? `${stem}.${extension}` : stem
}

/** MIME type of a file. */
export function toMediaType(mediaInfo: MediaInfo): string {
  return mediaInfo.kind === 'unknown' ? 'application/octet-stream' : mediaInfo.type
}
