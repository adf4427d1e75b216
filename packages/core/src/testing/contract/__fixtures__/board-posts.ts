import type { PartRequest } from '../../../platform/part-request.ts'
import { sampleAsset } from '../../sample-asset.ts'
import type { BoardSettings } from './board-adapter.ts'

const text: PartRequest<BoardSettings> = {
  kind: 'post',
  index: 0,
  text: 'First light',
  assets: [],
  settings: { color: 'red' },
  rating: 'general',
}

/** Parts that the board takes. */
export const validPosts = {
  text,
  slow: { ...text, text: 'slow light' },
  images: { ...text, text: 'Three', assets: ['a', 'b', 'c'].map((id) => sampleAsset('png', { id })) },
  reply: { ...text, kind: 'thread', index: 1, text: 'Second light', settings: {} },
} satisfies Record<string, PartRequest<BoardSettings>>

/** Parts that it refuses. */
export const invalidPosts = { tooLong: { ...text, text: 'a'.repeat(101) } }
