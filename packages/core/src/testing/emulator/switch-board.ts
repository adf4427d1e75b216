import type { EmulatorAnswer, EmulatorRoute } from './emulator-definition.ts'
import type { SwitchKind } from './switch-kinds.ts'

/** Every switch of an emulator, in the order of its reference. */
export type SwitchTable<Settings> = { readonly [Name in keyof Settings]: SwitchKind<Settings[Name]> }

/** What an emulator is told to behave like. What a control call set comes before what was passed, until `clear`. */
export interface SwitchBoard<Settings> {
  /** Every switch, with its default where nobody set it. Reads anew what was passed: a test may change it meanwhile. */
  read(): Settings
  /** All of them, or none. @throws {TypeError} For switches that there are not, or values that they cannot have. */
  set(switches: Partial<Settings>): void
  /** Forgets what was set: for the seed. */
  clear(): void
}

/**
 * The switches of one emulator.
 *
 * @param platform For people: `Instagram`.
 * @throws {TypeError} Naming every switch that there is not, or that cannot have such a value: a typing mistake would look like a default.
 */
export function createSwitchBoard<Settings extends object>(
  platform: string,
  table: SwitchTable<Settings>,
  passed: Partial<Settings>,
): SwitchBoard<Settings> {
  let set: Partial<Settings> = {}
  const read = (switches: Partial<Settings>) => readSwitches(platform, table, switches)
  read(passed)
  return {
    read: () => read({ ...passed, ...set }),
    set(switches) {
      read(switches)
      set = { ...set, ...switches }
    },
    clear() {
      set = {}
    },
  }
}

/** `GET` and `POST /_emulator/switches`; not counted, hit by no fault. */
export function listSwitchControls<State, Settings extends object>(
  board: SwitchBoard<Settings>,
): readonly EmulatorRoute<State>[] {
  const path = '/_emulator/switches'
  return [
    { method: 'GET', path, answer: () => ({ status: 200, json: board.read() }) },
    { method: 'POST', path, answer: ({ json }) => setSwitches(json, board) },
  ]
}

function setSwitches<Settings extends object>(json: unknown, board: SwitchBoard<Settings>): EmulatorAnswer {
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

function readSwitches<Settings extends object>(
  platform: string,
  table: SwitchTable<Settings>,
  switches: Partial<Settings>,
): Settings {
  const kinds = new Map<string, SwitchKind<unknown>>(Object.entries(table))
  const given = Object.entries(switches).filter(([, value]) => value !== undefined)
  const problems = given.flatMap(([name, value]) => {
    const kind = kinds.get(name)
    if (!kind) return [`has no switch ${name}`]
    return kind.isFit(value) ? [] : [`wants ${name} to be ${kind.values}`]
  })
  if (problems.length > 0) throw new TypeError(`The emulator of ${platform} ${problems.join(', and ')}.`)
  const defaults = [...kinds].map(([name, { byDefault }]) => [name, byDefault] as const)
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) } as Settings
}
