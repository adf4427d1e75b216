import type { Readable } from 'node:stream'

/** The beginning of a body as text. */
export interface BodyText {
  readonly text: string
  /** Whether the body was longer. */
  readonly isCut: boolean
  /** What ended the body before its end. */
  readonly error?: unknown
}

/** Reads a body up to a limit; a longer one is cut, and its connection closed. Never throws. */
export async function readBodyText(body: Readable, bytesMax: number): Promise<BodyText> {
  // Cutting destroys the body, which undici reports as an error.
  body.on('error', () => {})
  const chunks: Buffer[] = []
  let sizeBytes = 0
  let isCut = false
  const toText = () => Buffer.concat(chunks).toString('utf8')
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk)
      isCut = sizeBytes + bytes.byteLength > bytesMax
      chunks.push(isCut ? bytes.subarray(0, bytesMax - sizeBytes) : bytes)
      if (isCut) break
      sizeBytes += bytes.byteLength
    }
  } catch (error) {
    return { text: toText(), isCut, error }
  }
  return { text: toText(), isCut }
}
