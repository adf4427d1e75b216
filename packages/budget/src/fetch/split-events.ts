import { parseJson } from './json-body.ts'

/** One event of a stream. */
export interface ServerSentEvent {
  /** As it came, with the empty line after it. */
  readonly raw: string
  /** What it carries: a value of JSON, or else the text, as the last word of Chat Completions. */
  readonly data: unknown
}

/** Cuts bytes into events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function createEventSplitter(): TransformStream<Uint8Array, ServerSentEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  const cut = (controller: TransformStreamDefaultController<ServerSentEvent>) => {
    for (let end = findEnd(rest); end !== null; end = findEnd(rest)) {
      controller.enqueue(toEvent(rest.slice(0, end)))
      rest = rest.slice(end)
    }
  }
  return new TransformStream({
    transform(chunk, controller) {
      rest += decoder.decode(chunk, { stream: true })
      cut(controller)
    },
    flush(controller) {
      rest += decoder.decode()
      cut(controller)
      if (rest !== '') controller.enqueue(toEvent(rest))
    },
  })
}

/** The same events as bytes. */
export function createEventJoiner(): TransformStream<ServerSentEvent, Uint8Array> {
  const encoder = new TextEncoder()
  return new TransformStream({
    transform: ({ raw }, controller) => controller.enqueue(encoder.encode(raw)),
  })
}

function findEnd(text: string): number | null {
  const match = text.match(/\r\n\r\n|\n\n|\r\r/)
  return match?.index === undefined ? null : match.index + match[0].length
}

function toEvent(raw: string): ServerSentEvent {
  const lines = raw.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'))
  const text = lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
  return { raw, data: parseJson(text) ?? text }
}
