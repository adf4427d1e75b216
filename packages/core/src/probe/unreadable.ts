import type { UnreadableCode } from '../model/media-info.ts'

/** Ends a probe: the file cannot be read, and why. Becomes the reason of an `unknown` result. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly code: UnreadableCode

  constructor(code: UnreadableCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** What a reader of optional facts catches: the bytes were too many, the file itself may be fine. */
export function isLimit(error: unknown): boolean {
  return error instanceof Unreadable && error.code === 'limit_exceeded'
}
