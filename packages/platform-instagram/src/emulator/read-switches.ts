import { switchTable } from './switch-table.ts'
import type { InstagramEmulatorSwitches, InstagramSettings } from './switches.ts'

const kinds = new Map(Object.entries(switchTable))
const defaults = Object.fromEntries([...kinds].map(([name, { byDefault }]) => [name, byDefault]))

/** @throws {TypeError} Naming every switch that there is not or that has no such value: a typing mistake would look like a default. */
export function readSwitches(switches: InstagramEmulatorSwitches): InstagramSettings {
  const given = Object.entries(switches).filter(([, value]) => value !== undefined)
  const problems = given.flatMap(([name, value]) => {
    const kind = kinds.get(name)
    if (!kind) return [`has no switch ${name}`]
    return kind.isFit(value) ? [] : [`wants ${name} to be ${kind.values}`]
  })
  if (problems.length > 0) throw new TypeError(`The emulator of Instagram ${problems.join(', and ')}.`)
  return { ...defaults, ...Object.fromEntries(given) } as InstagramSettings
}
