import type { Readable } from 'node:stream'
import type { Answered } from './exchange.ts'
import type { OpenedAnswer } from './json-client.ts'

/** Hands a body over as it comes; from here on only the caller's signal ends it. */
export async function openAnswer(answered: Answered): Promise<OpenedAnswer> {
  const { body, headers, deadline } = answered
  deadline.handOverTo(body)
  const announced = headers.get('content-length')
  return {
    stream: toByteStream(body, answered.toError),
    type: headers.get('content-type') ?? 'application/octet-stream',
    ...(announced === null ? {} : { sizeBytes: Number(announced) }),
  }
}

/** Pulls a chunk from the socket when one is asked for, not before. */
function toByteStream(body: Readable, toError: (error: unknown) => Error): ReadableStream<Uint8Array> {
  // Canceling destroys the body, which undici reports as an error.
  body.on('error', () => {})
  const chunks = body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await chunks.next()
          if (chunk.done) controller.close()
          else controller.enqueue(chunk.value)
        } catch (error) {
          controller.error(toError(error))
        }
      },
      cancel() {
        body.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}
