import type { InstagramCall } from './call.ts'
import { mintId, mintShortcode } from './ids.ts'
import type { InstagramUser, Media } from './state.ts'

/** What the owner posts by hand meanwhile: an image, which no app's limit counts. */
export function postFromPhone({ context }: InstagramCall, { id }: InstagramUser, product: 'FEED' | 'STORY'): void {
  const { state, now, random } = context
  const media: Media = {
    id: mintId(state, 'media'),
    accountId: id,
    kind: 'IMAGE',
    product,
    caption: product === 'STORY' ? '' : 'From my phone',
    altText: null,
    parentId: null,
    childIds: [],
    sha256: null,
    coverSha256: null,
    shortcode: mintShortcode(random),
    createdAt: now,
    shareToFeed: true,
    isAiGenerated: false,
    viaApi: false,
    commentEnabled: true,
    deletedAt: null,
    metrics: null,
    failingReads: 0,
    expiryTold: false,
  }
  state.media.push(media)
}
