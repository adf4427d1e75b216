import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AssetFileKey, AssetFiles } from '@ofm-social/core'

/** Files with an address on this machine, for platforms that fetch them. It is gone with the process. */
export interface HostedFiles {
  readonly files: AssetFiles
  close(): Promise<void>
}

export async function hostFiles(files: AssetFiles): Promise<HostedFiles> {
  const server = createServer(async (request, response) => {
    const [, agencyId, creatorId, sha256] = (request.url ?? '').split('/')
    try {
      const { stream, sizeBytes } = await files.open({ agencyId, creatorId, sha256 } as AssetFileKey)
      response.setHeader('content-length', sizeBytes)
      await pipeline(Readable.fromWeb(stream), response)
    } catch {
      response.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Who works on with nothing but these files has ended.
  server.unref()
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('No port is free.')
  const url = `http://127.0.0.1:${address.port}`
  return {
    files: {
      ...files,
      publicUrl: async ({ agencyId, creatorId, sha256 }) => `${url}/${agencyId}/${creatorId}/${sha256}`,
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
