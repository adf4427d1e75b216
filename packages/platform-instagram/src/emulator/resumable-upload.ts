import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, listAccounts } from './caller.ts'
import { keepVideo, loadVideo, toProcessingMs } from './containers.ts'
import { GraphRefusal } from './graph-error.ts'
import { readScenario, toFailure } from './scenario.ts'
import type { Container, ResumableUpload } from './state.ts'

/** https://developers.facebook.com/docs/instagram-platform/content-publishing/resumable-uploads */
export const uploadEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: ['rupload.facebook.com'], path: '/ig-api-upload/:id', answer: takeBytes },
]

async function takeBytes(call: InstagramCall): Promise<EmulatorAnswer> {
  const container = findContainer(call)
  if (!container?.upload) return refuse('ProcessingFailedError', 'unauthorized user request')
  const scenario = readScenario(call)
  const fileUrl = call.request.headers.get('file_url')
  if (fileUrl) {
    await loadVideo(call, container, fileUrl)
    finish(call, container, { ...container.upload, fileSize: 1, transferred: 1 })
  } else {
    const refused = await takeSegment(call, container, container.upload)
    if (refused) return refused
  }
  if (scenario === 'rupload_processing_failed_but_finishes') {
    return refuse('ProcessingFailedError', 'Request processing failed')
  }
  container.failure ??= toFailure(scenario)
  return answerJson({ success: true, message: 'Upload successful.' })
}

function findContainer(call: InstagramCall): Container | undefined {
  try {
    const accountIds = listAccounts(call.context.state, authenticate(call)).map(({ id }) => id)
    return call.context.state.containers.find(
      ({ id, accountId }) => id === call.ids.id && accountIds.includes(accountId),
    )
  } catch (error) {
    if (error instanceof GraphRefusal) return undefined
    throw error
  }
}

async function takeSegment(
  call: InstagramCall,
  container: Container,
  upload: ResumableUpload,
): Promise<EmulatorAnswer | undefined> {
  const { headers, body } = call.request
  const offset = Number(headers.get('offset') ?? Number.NaN)
  const fileSize = Number(headers.get('file_size') ?? Number.NaN)
  if (!Number.isInteger(offset) || !Number.isInteger(fileSize)) {
    return refuse('InvalidHeaderError', 'The headers offset and file_size are required')
  }
  if (offset !== upload.transferred) return refuse('OffsetInvalidError', `Expected offset ${upload.transferred}`)
  const stopAt = /^rupload_interrupted_at_(\d+)$/.exec(readScenario(call) ?? '')?.[1]
  const bytes = stopAt === undefined ? body : body.subarray(0, Math.max(0, Number(stopAt) - offset))
  if (offset + bytes.length > fileSize) return refuse('InvalidHeaderError', 'More bytes than file_size says')
  if (bytes.length > 0) upload.parts.push(call.context.blobs.put(bytes))
  upload.transferred += bytes.length
  upload.fileSize = fileSize
  if (stopAt !== undefined) return refuse('PartialRequestError', 'The upload was interrupted', { retriable: true })
  if (upload.transferred < fileSize) return undefined
  const parts = upload.parts.map((sha256) => call.context.blobs.get(sha256) ?? new Uint8Array())
  await keepVideo(call, container, Buffer.concat(parts))
  finish(call, container, upload)
  return undefined
}

function finish(call: InstagramCall, container: Container, upload: ResumableUpload): void {
  const { fault, now } = call.context
  container.upload = upload
  container.readyAt = now + (fault?.kind === 'slow_processing' ? fault.ms : toProcessingMs(call, container))
}

/** The message is a JSON text of its own. */
function refuse(type: string, message: string, { retriable = false } = {}): EmulatorAnswer {
  const text = JSON.stringify({ success: false, error: { message } })
  return { status: 400, json: { debug_info: { retriable, type, message: text } } }
}
