import type { Request, Response } from 'express'

const lingerMs = 2_000

/**
 * Answers a request whose body has not come to its end. A connection that is closed with bytes unread resets, and the client would see that instead of
 * the answer: so the rest is read and thrown away for a moment. Then the connection ends, for what follows in it is no new request.
 */
export function sendEarly(request: Request, response: Response, text: string): void {
  response.set({ connection: 'close', 'content-length': String(Buffer.byteLength(text)) })
  response.write(text)
  request.resume()
  const end = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMs)
  request.once('end', end)
  request.once('close', end)
}
