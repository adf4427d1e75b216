import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'

/** A stream that is read to its end even when nobody listens any more. */
export interface WatchedStream {
  readonly stream: ReadableStream<LanguageModelV4StreamPart>
  /** Resolves when the provider's side has ended, with the error if it broke. */
  readonly ended: Promise<{ readonly error: unknown }>
  /** The reader's side breaks now; the other is read on behind it. */
  fail(reason: unknown): void
  /** The reader's side ends now with an error that it is told as a part, as providers do. */
  endWith(error: unknown): void
}

export interface WatchOptions {
  /** Sees each part first; may take its time. */
  readonly see: (part: LanguageModelV4StreamPart) => Promise<void> | void
  /** Whether the reader gets the part. */
  readonly passes: (part: LanguageModelV4StreamPart) => boolean
  /** The reader went away. */
  readonly onLeave: (reason: unknown) => void
  /** The reader's end waits for this. */
  readonly beforeClose: () => Promise<void>
}

export function watchStream(upstream: ReadableStream<LanguageModelV4StreamPart>, options: WatchOptions): WatchedStream {
  const reader = upstream.getReader()
  let end: (ended: { readonly error: unknown }) => void = () => {}
  const ended = new Promise<{ readonly error: unknown }>((resolve) => {
    end = resolve
  })
  const read = async (): Promise<LanguageModelV4StreamPart | null> => {
    try {
      const { done, value } = await reader.read()
      if (done) {
        end({ error: undefined })
        return null
      }
      await options.see(value)
      return value
    } catch (error) {
      end({ error })
      throw error
    }
  }
  let left = false
  const leave = (reason: unknown) => {
    if (left) return
    left = true
    options.onLeave(reason)
    drain(read)
  }
  let controls: ReadableStreamDefaultController<LanguageModelV4StreamPart> | null = null
  const stream = new ReadableStream<LanguageModelV4StreamPart>(
    {
      start(controller) {
        controls = controller
      },
      async pull(controller) {
        const part = await readPassing(read, options.passes)
        if (part === null) await options.beforeClose()
        if (left) return
        if (part === null) controller.close()
        else controller.enqueue(part)
      },
      cancel: (reason) => leave(reason),
    },
    { highWaterMark: 0 },
  )
  return {
    stream,
    ended,
    fail(reason) {
      if (left) return
      controls?.error(reason)
      leave(reason)
    },
    endWith(error) {
      if (left) return
      controls?.enqueue({ type: 'error', error })
      controls?.close()
      leave(error)
    },
  }
}

async function readPassing(
  read: () => Promise<LanguageModelV4StreamPart | null>,
  passes: (part: LanguageModelV4StreamPart) => boolean,
): Promise<LanguageModelV4StreamPart | null> {
  for (;;) {
    const part = await read()
    if (part === null || passes(part)) return part
  }
}

/** Reads what is left; how it ended is said by `ended`. */
async function drain(read: () => Promise<LanguageModelV4StreamPart | null>): Promise<void> {
  try {
    while ((await read()) !== null);
  } catch {
    // Told by `ended`, and nobody reads this side any more.
  }
}
