/** A stream that is read to its end even when nobody listens any more. */
export interface WatchedStream<Part> {
  readonly stream: ReadableStream<Part>
  /** Resolves when the provider's side has ended, with the error if it broke. */
  readonly ended: Promise<{ readonly error: unknown }>
  /** The reader's side breaks now; the other is read on behind it. */
  fail(reason: unknown): void
  /** The reader's side ends now, with a last part. */
  endWith(part: Part, reason: unknown): void
}

export interface WatchOptions<Part> {
  /** Sees each part first; may take its time. */
  readonly see: (part: Part) => Promise<void> | void
  /** Whether the reader gets the part. */
  readonly passes: (part: Part) => boolean
  /** Whether nothing comes after the part; readers may not wait for the end of the stream then. */
  readonly isLast: (part: Part) => boolean
  /** Called back when the reader has asked for nothing for long; returns how to stop waiting. */
  readonly whenUnread: (run: () => void) => () => void
  /** The reader went away. */
  readonly onLeave: (reason: unknown) => void
  /** The last part, and the reader's end, wait for this. */
  readonly beforeClose: () => Promise<void>
}

export function watchStream<Part>(upstream: ReadableStream<Part>, options: WatchOptions<Part>): WatchedStream<Part> {
  const reader = upstream.getReader()
  let end: (ended: { readonly error: unknown }) => void = () => {}
  const ended = new Promise<{ readonly error: unknown }>((resolve) => {
    end = resolve
  })
  const read = async (): Promise<{ readonly part: Part } | null> => {
    try {
      const { done, value } = await reader.read()
      if (done) {
        end({ error: undefined })
        return null
      }
      await options.see(value)
      if (options.isLast(value)) end({ error: undefined })
      return { part: value }
    } catch (error) {
      end({ error })
      throw error
    }
  }
  let left = false
  let stopWaiting = () => {}
  const leave = (reason: unknown) => {
    if (left) return
    left = true
    stopWaiting()
    options.onLeave(reason)
    drain(read)
  }
  let controls: ReadableStreamDefaultController<Part> | null = null
  const fail = (reason: unknown) => {
    if (left) return
    controls?.error(reason)
    leave(reason)
  }
  const waitForReader = () => {
    stopWaiting = options.whenUnread(() => fail(new DOMException('Nobody read the stream for long.', 'TimeoutError')))
  }
  const stream = new ReadableStream<Part>(
    {
      start(controller) {
        controls = controller
        waitForReader()
      },
      async pull(controller) {
        stopWaiting()
        const found = await readPassing(read, options.passes)
        if (!found || options.isLast(found.part)) await options.beforeClose()
        if (left) return
        if (found) controller.enqueue(found.part)
        else controller.close()
        if (found && !options.isLast(found.part)) waitForReader()
      },
      cancel: (reason) => leave(reason),
    },
    { highWaterMark: 0 },
  )
  return {
    stream,
    ended,
    fail,
    endWith(part, reason) {
      if (left) return
      controls?.enqueue(part)
      controls?.close()
      leave(reason)
    },
  }
}

type Read<Part> = () => Promise<{ readonly part: Part } | null>

async function readPassing<Part>(read: Read<Part>, passes: (part: Part) => boolean): ReturnType<Read<Part>> {
  for (;;) {
    const found = await read()
    if (!found || passes(found.part)) return found
  }
}

/** Reads what is left; how it ended is said by `ended`. */
async function drain<Part>(read: Read<Part>): Promise<void> {
  try {
    while ((await read()) !== null);
  } catch {
    // Told by `ended`, and nobody reads this side any more.
  }
}
