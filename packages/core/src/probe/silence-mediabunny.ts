import { Logging, LogLevel } from 'mediabunny'

let running = 0
let levelBefore = Logging.level

/**
 * Keeps mediabunny from printing what it finds odd in users' files. Its log level is one for the whole process and may be the host's choice
 * too, so it is put back when the last of several concurrent probes is done.
 */
export async function silently<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running === 0) levelBefore = Logging.level
  running += 1
  Logging.level = LogLevel.Silent
  try {
    return await work()
  } finally {
    running -= 1
    if (running === 0) Logging.level = levelBefore
  }
}
