import type { EmulatorAnswer, EmulatorRoute } from '@ofm-social/core/testing'
import { readSwitches } from './read-switches.ts'
import type { InstagramState } from './state.ts'
import type { InstagramEmulatorSwitches, InstagramSettings } from './switches.ts'

/** What the emulator is told to behave like. What a control call set comes before what was passed, until the next reset. */
export interface SwitchBoard {
  read(): InstagramSettings
  /** @throws {TypeError} For switches that there are not, or values that they cannot have. */
  set(switches: InstagramEmulatorSwitches): void
  clear(): void
}

/** @throws {TypeError} For switches that there are not, or values that they cannot have. */
export function createSwitchBoard(passed: InstagramEmulatorSwitches): SwitchBoard {
  const asPassed = readSwitches(passed)
  let current = asPassed
  return {
    read: () => current,
    set(switches) {
      current = readSwitches({ ...current, ...switches })
    },
    clear() {
      current = asPassed
    },
  }
}

/** Reads and sets switches from outside; not counted, hit by no fault. */
export function listSwitchControls(board: SwitchBoard): readonly EmulatorRoute<InstagramState>[] {
  const path = '/_emulator/switches'
  return [
    { method: 'GET', path, answer: () => ({ status: 200, json: board.read() }) },
    { method: 'POST', path, answer: ({ json }) => setSwitches(json, board) },
  ]
}

function setSwitches(json: unknown, board: SwitchBoard): EmulatorAnswer {
  if (typeof json !== 'object' || json === null) return refuse('the body must be a JSON object of switches')
  try {
    board.set(json)
    return { status: 200, json: board.read() }
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message)
    throw error
  }
}

function refuse(problem: string): EmulatorAnswer {
  return { status: 400, json: { problems: [{ path: '', problem }] } }
}
