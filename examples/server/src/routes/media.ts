import type { AssetFiles } from '@ofm-social/core'
import * as z from 'zod'
import { answerFile } from '../answer-file.ts'
import type { MediaLinks } from '../media-links.ts'
import { HttpProblem } from '../problem.ts'
import { type Route, route } from '../route.ts'

/** What the server hands out itself: null where the storage has addresses of its own. */
export type ServedMedia = { readonly files: AssetFiles; readonly links: MediaLinks } | null

/** From where platforms fetch files. No key: the address itself is signed, and over after some hours. */
export function createMediaRoutes({ media }: { readonly media: ServedMedia }): readonly Route[] {
  return [
    route({
      method: 'get',
      url: '/media/:link',
      operationId: 'fetchMedia',
      tag: 'Assets',
      summary: 'Where platforms fetch a file of a post. Not for you to call.',
      description: 'Only the server makes such addresses, each for one file and for some hours.',
      access: 'none',
      path: z.strictObject({ link: z.string() }),
      answers: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
      run: async ({ path: { link }, request }) => {
        const linked = media?.links.open(link)
        const stored = linked && (await media?.files.stat(linked.key))
        // The same for whatever is wrong: an address that nobody signed learns nothing.
        if (!media || !linked || !stored) throw new HttpProblem('not_found', 'There is nothing here, or not any more.')
        const { key, type } = linked
        return answerFile(request, {
          ...{ sha256: key.sha256, sizeBytes: stored.sizeBytes },
          open: async (range) => ({ ...(await media.files.open(key, range)), type }),
        })
      },
    }),
  ]
}
