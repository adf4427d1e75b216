import { readFile } from 'node:fs/promises'
import type { Observation } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'
import { conclude, isRefused } from './observe.ts'
import type { XProbeApi } from './probe-api.ts'

const samples = new URL('../../../examples/server/samples/', import.meta.url)
const looksMax = 60

/** A file of the example server: `photo.jpg`, `clip.mp4` (H.264 and AAC, 6 s). */
export async function readSample(name: 'photo.jpg' | 'clip.mp4'): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(name, samples)))
}

export function uploadImage(api: XProbeApi, bytes: Uint8Array): Promise<XAnswer> {
  const form = new FormData()
  form.set('media_category', 'tweet_image')
  form.set('media', new Blob([Uint8Array.from(bytes)]))
  return api.call('POST', '/2/media/upload', { form })
}

/** One try to upload a video with the given way of sending its bytes; waits until X has processed it. */
export async function uploadVideo(
  api: XProbeApi,
  send: (mediaId: string, bytes: Uint8Array<ArrayBuffer>) => Promise<XAnswer> = (mediaId, bytes) =>
    appendSegment(api, mediaId, { index: 0, bytes }),
): Promise<{ mediaId: string | undefined; answer: XAnswer }> {
  const bytes = await readSample('clip.mp4')
  const begun = await beginVideo(api, bytes.length)
  if (!begun.id) return { mediaId: undefined, answer: begun }
  const sent = await send(begun.id, bytes)
  if (sent.status >= 300) return { mediaId: undefined, answer: sent }
  const answer = await waitUntilProcessed(api, begun.id, await api.call('POST', `/2/media/upload/${begun.id}/finalize`))
  return { mediaId: isReady(answer) ? begun.id : undefined, answer }
}

export function beginVideo(api: XProbeApi, sizeBytes: number): Promise<XAnswer> {
  const json = { media_type: 'video/mp4', total_bytes: sizeBytes, media_category: 'tweet_video' }
  return api.call('POST', '/2/media/upload/initialize', { json })
}

export function appendSegment(
  api: XProbeApi,
  mediaId: string,
  { index, bytes }: { readonly index: number; readonly bytes: Uint8Array<ArrayBuffer> },
): Promise<XAnswer> {
  const form = new FormData()
  form.set('segment_index', String(index))
  form.set('media', new Blob([bytes]))
  return api.call('POST', `/2/media/upload/${mediaId}/append`, { form })
}

/** Whether X looked at the bytes, with whatever outcome. */
export function wasProcessed({ data }: XAnswer): boolean {
  return data.processing_info !== undefined
}

/** What an upload came to whose segments were sent in an odd way. */
export function toTakenSegments(mediaId: string | undefined, answer: XAnswer): Promise<Observation> {
  return conclude(answer, {
    accepted: () => mediaId !== undefined,
    refused: () => isRefused(answer) || wasProcessed(answer),
  })
}

/** The last answer about the upload: ready, failed, or still at work after many looks. */
async function waitUntilProcessed(api: XProbeApi, mediaId: string, finalized: XAnswer): Promise<XAnswer> {
  let answer = finalized
  for (let look = 0; look < looksMax; look += 1) {
    const { state, check_after_secs: seconds } = toProcessing(answer)
    if (state !== 'pending' && state !== 'in_progress') return answer
    await api.sleep((typeof seconds === 'number' ? seconds : 1) * 1_000)
    answer = await api.call('GET', `/2/media/upload?command=STATUS&media_id=${mediaId}`)
  }
  return answer
}

function isReady(answer: XAnswer): boolean {
  const { state = 'succeeded', error } = toProcessing(answer)
  return answer.status < 300 && state === 'succeeded' && error === undefined
}

function toProcessing({ data }: XAnswer): Readonly<Record<string, unknown>> {
  return toRecord(data.processing_info)
}
