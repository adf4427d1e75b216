import { parseArgs } from 'node:util'

export interface TortureArguments {
  readonly operations: number
  readonly seed: number
}

/** What the command line asks for, or in a sentence what is wrong with it. */
export function readTortureArguments(args: readonly string[], randomSeed: number): TortureArguments | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        operations: { type: 'string', default: '100000' },
        seed: { type: 'string', default: `${randomSeed}` },
      },
    })
    const [operations, seed] = [Number(values.operations), Number(values.seed)]
    if (!Number.isInteger(operations) || operations < 1) return '--operations must be a whole number, one or more.'
    if (!Number.isInteger(seed)) return '--seed must be a whole number.'
    return { operations, seed }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
