import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { PartAsset, VideoInfo } from '@ofm-social/core'
import { createDiskFiles } from '@ofm-social/core/disk'
import { createTestCall } from '@ofm-social/core/testing'
import { createXAdapter } from '@ofm-social/platform-x'
import { request } from 'undici'
import { fileOwner, type UploadResult, type UploadTask } from './upload-task.ts'

const sampleEveryMs = 5
const readBytes = 262_144

/** Both ways load the same modules, so that only the upload differs. */
const [task] = (await once(process, 'message')) as [UploadTask]
const uploadTask = task.how === 'adapter' ? createAdapterUpload(task) : () => uploadBare(task)
process.send?.(await measureUpload(uploadTask))

async function measureUpload(upload: () => Promise<void>): Promise<UploadResult> {
  const startBytes = await settleMemory()
  let highestBytes = startBytes
  const sampling = setInterval(() => {
    highestBytes = Math.max(highestBytes, process.memoryUsage.rss())
  }, sampleEveryMs)
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await upload()
  const tookMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  clearInterval(sampling)
  highestBytes = Math.max(highestBytes, process.memoryUsage.rss())
  return { tookMs, cpuMs: (user + system) / 1_000, grownBytes: highestBytes - startBytes }
}

async function settleMemory(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.()
    await wait(50)
  }
  return process.memoryUsage.rss()
}

function createAdapterUpload({ folder, sha256, fileBytes, segmentBytes, url }: UploadTask): () => Promise<void> {
  const files = createDiskFiles({ folder })
  const adapter = createXAdapter({ baseUrl: url, segmentBytes })
  const call = createTestCall({ token: 'bench-token' })
  const mediaInfo = describeVideo(fileBytes)
  const asset: PartAsset = { id: 'ast_bench', sha256, sizeBytes: fileBytes, mediaInfo }
  const part = { kind: 'post', index: 0, text: '', assets: [asset], settings: {}, rating: 'general' } as const
  return async () => {
    const preparation = await adapter.prepare?.(part, {
      ...call.context,
      checkpoint: undefined,
      async save() {},
      async open(_asset, range) {
        const { stream, sizeBytes } = await files.open({ ...fileOwner, sha256 }, range)
        return { stream, sizeBytes, type: mediaInfo.type, fileName: 'bench.mp4' }
      },
    })
    if (preparation?.status !== 'prepared') throw new Error('The upload did not come to its end.')
  }
}

async function uploadBare({ folder, sha256, fileBytes, segmentBytes, url }: UploadTask): Promise<void> {
  const path = join(folder, fileOwner.agencyId, fileOwner.creatorId, sha256.slice(0, 2), sha256)
  for (let start = 0; start < fileBytes; start += segmentBytes) {
    const end = Math.min(start + segmentBytes, fileBytes) - 1
    const body = createReadStream(path, { start, end, highWaterMark: readBytes })
    const headers = { 'content-length': String(end - start + 1) }
    const answer = await request(`${url}/append`, { method: 'POST', body, headers })
    await answer.body.dump()
  }
}

function describeVideo(sizeBytes: number): VideoInfo {
  return {
    kind: 'video',
    type: 'video/mp4',
    container: 'mp4',
    sizeBytes,
    widthPixels: 1080,
    heightPixels: 1920,
    rotationDegrees: 0,
    pixelAspectRatio: 1,
    durationSeconds: 600,
    videoCodec: 'h264',
  }
}
