/** Lines of which the last ones change while work goes on. */
export interface LivePrinter {
  line(text: string): void
  /** Shows this text in place of what the last call showed; without a terminal only what `done` says. */
  live(text: string): void
  done(text: string): void
}

/** Writes to a terminal in place, elsewhere line by line. */
export function createLivePrinter(output: {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}): LivePrinter {
  const clear = output.isTTY ? '\r\x1b[2K' : ''
  const width = output.columns ?? 160
  return {
    line: (text) => void output.write(`${clear}${text}\n`),
    live(text) {
      if (output.isTTY) output.write(`${clear}${text.slice(0, width - 1)}`)
    },
    done: (text) => void output.write(`${clear}${text}\n`),
  }
}
