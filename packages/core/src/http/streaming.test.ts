import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { isPlatformError } from '../platform/platform-error.ts'
import { createJsonClient } from './create-json-client.ts'
import { createContext, startServer } from './scripted-server.test-support.ts'

const closers: (() => Promise<unknown>)[] = []
const media = z.object({ id: z.string() })
const chunkBytes = 64 * 1024

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

/** A file of equal chunks that counts what was pulled, and hears of its end. */
function openFile(chunks: number, sizeBytes = chunks * chunkBytes) {
  const seen = { pulled: 0, canceled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.pulled === chunks) return controller.close()
        seen.pulled += 1
        controller.enqueue(new Uint8Array(chunkBytes).fill(seen.pulled))
      },
      cancel() {
        seen.canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { seen, asset: { stream, sizeBytes, type: 'video/mp4', fileName: 'clip.mp4' } }
}

describe('an upload', () => {
  test('streams a form that the platform can parse, with its exact length', async () => {
    const received: { length: string | undefined; sizeBytes: number; form: FormData }[] = []
    const url = await serve(async (request, response) => {
      const body = Buffer.concat(await request.toArray())
      const headers = { 'content-type': request.headers['content-type'] ?? '' }
      received.push({
        length: request.headers['content-length'],
        sizeBytes: body.byteLength,
        form: await new Response(body, { headers }).formData(),
      })
      response.end('{"id":"m1"}')
    })
    const { asset, seen } = openFile(20)
    const { context, sent } = createContext()
    const http = createJsonClient({ baseUrl: url })
    const form = { description: 'näht "so"', file: asset }
    expect(await http.mutate('POST', '/api/v2/media', { context, form, answer: media })).toEqual({ id: 'm1' })
    expect(sent).toEqual([{ method: 'POST', path: '/api/v2/media' }])
    expect(seen.pulled).toBe(20)
    expect(received[0]?.length).toBe(String(received[0]?.sizeBytes))
    const file = received[0]?.form.get('file')
    expect(received[0]?.form.get('description')).toBe('näht "so"')
    expect(file).toMatchObject({ name: 'clip.mp4', type: 'video/mp4', size: 20 * chunkBytes })
  })

  test('pulls no more than the sockets take while the platform does not read', async () => {
    const total = 1_000
    let resume = () => {}
    const stalled = new Promise<void>((resolve) => {
      // The request is not read before the test says so: its bytes wait in the sockets.
      resume = resolve
    })
    const started = { mark: () => {} }
    const begun = new Promise<void>((resolve) => {
      started.mark = resolve
    })
    const url = await serve(async (request, response) => {
      started.mark()
      await stalled
      for await (const _chunk of request);
      response.end('{"id":"m1"}')
    })
    const { asset, seen } = openFile(total)
    const { context } = createContext()
    const http = createJsonClient({ baseUrl: url })
    const stream = { body: asset.stream, sizeBytes: asset.sizeBytes, type: asset.type }
    const upload = http.mutate('PUT', '/upload', { context, stream, answer: media })
    await begun
    const settledAt = await waitUntilStill(() => seen.pulled)
    expect(settledAt).toBeLessThan(total / 2)
    resume()
    await upload
    expect(seen.pulled).toBe(total)
  })

  test('opens nothing and cancels the file when nothing is sent', async () => {
    const { asset, seen } = openFile(5)
    const { context, sent } = createContext({ remainingMs: () => 0 })
    const http = createJsonClient({ baseUrl: 'http://127.0.0.1:1' })
    const upload = http.mutate('POST', '/media', { context, form: { file: asset } })
    await expect(upload).rejects.toMatchObject({ code: 'not_accepted' })
    expect(sent).toEqual([])
    expect(seen).toEqual({ pulled: 0, canceled: true })
  })

  test('cancels the file when the platform refuses before it has all', async () => {
    const url = await serve((request, response) => {
      response.writeHead(413, { connection: 'close' }).end('{}')
      request.resume()
    })
    const { asset, seen } = openFile(10_000)
    const { context } = createContext()
    const http = createJsonClient({ baseUrl: url })
    const failure = await http
      .mutate('POST', '/media', { context, form: { file: asset } })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'outcome_unknown' })
    expect(seen.canceled).toBe(true)
  })

  test('is unknown, and says why, when the file ends early or cannot be read', async () => {
    const url = await serve((request) => void request.on('error', () => {}).resume())
    const { context, sent } = createContext()
    const http = createJsonClient({ baseUrl: url })
    const short = openFile(2, 3 * chunkBytes).asset
    const early = http.mutate('POST', '/media', { context, form: { file: short } })
    await expect(early).rejects.toMatchObject({ code: 'outcome_unknown' })
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('canary: bucket/key')),
    })
    const broken = { stream, sizeBytes: 10, type: 'image/png', fileName: 'a.png' }
    const failed = await http
      .mutate('POST', '/media', { context, form: { file: broken } })
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ message: expect.stringContaining('the bytes to send could not be read') })
    expect(isPlatformError(failed) && failed.code).toBe(sent.length === 2 ? 'outcome_unknown' : 'not_accepted')
    expect(`${failed} ${failed instanceof Error && failed.cause}`).not.toContain('canary')
  })
})

describe('a download', () => {
  test('hands over bytes as they come, and reads no faster than asked', async () => {
    const written = { chunks: 0 }
    const total = 1_000
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/vtt', 'content-length': String(total * chunkBytes) })
      const write = () => {
        while (written.chunks < total) {
          written.chunks += 1
          if (!response.write(Buffer.alloc(chunkBytes))) return
        }
        response.end()
      }
      response.on('drain', write)
      write()
    })
    const { context, sent } = createContext()
    const answer = await createJsonClient({ baseUrl: url }).open('/captions', { context })
    expect(answer).toMatchObject({ type: 'text/vtt', sizeBytes: total * chunkBytes })
    expect(await waitUntilStill(() => written.chunks)).toBeLessThan(total / 2)
    let sizeBytes = 0
    for await (const chunk of answer.stream) sizeBytes += chunk.byteLength
    expect(sizeBytes).toBe(total * chunkBytes)
    expect(sent).toEqual([])
  })

  test('fails as a bad response when the platform breaks off, and can be canceled', async () => {
    const server = await startServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.resetAndDestroy())
    })
    closers.push(server.close)
    const { context } = createContext()
    const http = createJsonClient({ baseUrl: server.url })
    const broken = await http.open('/captions', { context })
    await expect(new Response(broken.stream).text()).rejects.toMatchObject({ code: 'bad_response' })
    const canceled = await http.open('/captions', { context })
    await canceled.stream.cancel()
  })

  test('ends with the signal of its caller, also after the call has returned', async () => {
    const server = await startServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'))
    closers.push(server.close)
    const controller = new AbortController()
    const { context } = createContext({ signal: controller.signal })
    const { stream } = await createJsonClient({ baseUrl: server.url }).open('/captions', { context })
    const reading = new Response(stream).text()
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'bad_response', message: expect.stringContaining('aborted') })
  })

  test('is a failure like any other when the platform refuses', async () => {
    const url = await serve((_request, response) => response.writeHead(403).end())
    const { context } = createContext()
    const opening = createJsonClient({ baseUrl: url }).open('/captions', { context })
    await expect(opening).rejects.toMatchObject({ code: 'permission_missing' })
  })
})

/** Waits until a count stops moving: what is in flight has settled in the sockets. */
async function waitUntilStill(read: () => number): Promise<number> {
  for (let before = -1, quiet = 0; quiet < 200; ) {
    quiet = read() === before ? quiet + 1 : 0
    before = read()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return read()
}
