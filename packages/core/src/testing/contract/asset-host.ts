import { createServer, type Server } from 'node:http'
import type { PartAsset } from '../../platform/part-request.ts'

/** Serves sample assets to platforms that fetch media themselves; starts with the first URL that is asked for. */
export interface AssetHost {
  publicUrl(asset: PartAsset): Promise<string>
  close(): Promise<void>
}

/** Whole files only, as the simplest host would. */
export function createAssetHost(): AssetHost {
  const assets = new Map<string, PartAsset>()
  let started: Promise<Server> | undefined
  return {
    async publicUrl(asset) {
      started ??= start(assets)
      const address = (await started).address()
      if (address === null || typeof address === 'string') throw new TypeError('The asset host listens on no TCP port.')
      const path = `/${asset.sha256}`
      assets.set(path, asset)
      return `http://127.0.0.1:${address.port}${path}`
    },
    async close() {
      const server = await started
      server?.close()
      server?.closeAllConnections()
    },
  }
}

async function start(assets: ReadonlyMap<string, PartAsset>): Promise<Server> {
  const server = createServer((request, response) => {
    const asset = assets.get(request.url ?? '')
    if (!asset || !('bytes' in asset) || !(asset.bytes instanceof Uint8Array)) {
      response.writeHead(404).end()
      return
    }
    const type = asset.mediaInfo.kind === 'unknown' ? 'application/octet-stream' : asset.mediaInfo.type
    response.writeHead(200, { 'content-type': type, 'content-length': asset.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : asset.bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
