import type { Asset } from '@ofm-social/core'
import * as z from 'zod'
import { answerFile } from '../answer-file.ts'
import { openUpload } from '../open-upload.ts'
import { type Call, type Route, route } from '../route.ts'
import { assetSchema } from '../schemas/asset.ts'
import { pageOf, pageQuery } from '../schemas/page.ts'

const tag = 'Assets'
const path = z.strictObject({ asset: z.string() })

/** Original media files. */
export function createAssetRoutes({ uploadSizeBytesMax }: { readonly uploadSizeBytesMax: number }): readonly Route[] {
  return [
    route({
      method: 'post',
      url: '/v1/creators/:creator/assets',
      operationId: 'addAsset',
      tag,
      summary: 'Stores a file, and reads what it is. The body is its bytes, or a form with one file.',
      description:
        'The same bytes of a creator are one asset: sending them again answers it. The creator is made on first use.',
      path: z.strictObject({ creator: z.string() }),
      query: z.strictObject({ fileName: z.string().optional().meta({ description: 'Name of a file sent as bytes.' }) }),
      upload: true,
      answers: { 201: assetSchema },
      run: async ({ path: { creator }, query, request, signal, caller }) => {
        const upload = await openUpload(request, uploadSizeBytesMax)
        return { status: 201, body: await caller.social.assets.add({ ...upload, ...query, creator, signal }) }
      },
    }),
    route({
      method: 'get',
      url: '/v1/assets',
      operationId: 'listAssets',
      tag,
      summary: 'Lists assets, newest first.',
      query: pageQuery.extend({ creator: z.string().optional() }),
      answers: { 200: pageOf(assetSchema) },
      run: async ({ query, caller }) => ({ status: 200, body: await caller.social.assets.list(query) }),
    }),
    route({
      method: 'get',
      url: '/v1/assets/:asset',
      operationId: 'getAsset',
      tag,
      summary: 'Reads what a file is.',
      path,
      answers: { 200: assetSchema },
      run: async ({ path: { asset }, caller }) => ({ status: 200, body: await caller.social.assets.get(asset) }),
    }),
    route({
      method: 'get',
      url: '/v1/assets/:asset/content',
      operationId: 'downloadAsset',
      tag,
      summary: 'The bytes of a file, or one range of them (`Range`).',
      path,
      answers: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
      run: download,
    }),
  ]
}

async function download({ path: { asset: id }, caller, request }: Call<{ asset: string }, undefined, undefined>) {
  const asset = await caller.social.assets.get(id)
  const { sha256, sizeBytes } = asset
  const answer = await answerFile(request, {
    ...{ sha256, sizeBytes },
    open: (range) => caller.social.assets.open(id, range),
  })
  return { ...answer, headers: { ...answer.headers, 'content-disposition': toDisposition(asset) } }
}

/** RFC 6266. Never shown in the page: what people upload must not run under our name. */
function toDisposition({ fileName }: Asset): string {
  const escaped = encodeURIComponent(fileName).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  return `attachment; filename*=UTF-8''${escaped}`
}
