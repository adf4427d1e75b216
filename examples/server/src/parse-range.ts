import { HttpProblem } from './problem.ts'

/** Both ends count. */
export interface RequestedRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads a Range header with one range of bytes. Undefined where there is none, or one of the forms that a server may ignore.
 *
 * @throws {HttpProblem} `invalid_range` when it holds no byte of the file.
 */
export function parseRange(header: string | undefined, sizeBytes: number): RequestedRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined
  if (start <= end) return { start, end }
  throw new HttpProblem('invalid_range', `The file has ${sizeBytes} bytes.`, {
    headers: { 'content-range': `bytes */${sizeBytes}` },
  })
}
