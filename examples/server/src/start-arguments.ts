import { parseArgs } from 'node:util'
import { StartError } from './start-error.ts'

export interface StartArguments {
  /** Ends when the samples are live. */
  readonly once: boolean
  readonly engine: 'temporal' | 'in_process' | undefined
}

const usage = 'npm start [-- [--once] [--engine temporal|in_process]]; everything else comes from the environment.'

/** @throws {StartError} on an argument that would otherwise be ignored. */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const { once = false, engine } = readOptions(args)
  if (engine !== undefined && engine !== 'temporal' && engine !== 'in_process')
    throw new StartError(`--engine ${engine}: it is temporal or in_process. Usage: ${usage}`)
  return { once, engine }
}

function readOptions(args: readonly string[]) {
  try {
    const options = { once: { type: 'boolean' }, engine: { type: 'string' } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message.split('. ')[0] : error}. Usage: ${usage}`)
  }
}
