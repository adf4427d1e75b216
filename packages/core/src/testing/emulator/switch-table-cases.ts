import assert from 'node:assert/strict'
import type { SwitchKind } from './switch-kinds.ts'

/** A named case; tied to no test runner. */
export interface SwitchTableCase {
  readonly name: string
  run(): void
}

/**
 * What every table of switches has to hold, with the page that tells people of it.
 *
 * @param reference Markdown with a row per switch: `` | `name` | values | default | yes where it is open | what it stands for ([source]) | ``.
 */
export function switchTableCases(
  table: Readonly<Record<string, SwitchKind<unknown>>>,
  reference: string,
): readonly SwitchTableCase[] {
  return [
    {
      name: 'the reference has every switch, with its values and its default',
      run: () => assert.deepEqual(readRows(reference), listRows(table)),
    },
    {
      name: 'every default is a value that its switch may have',
      run() {
        const wrong = Object.entries(table).filter(([, { byDefault, isFit }]) => !isFit(byDefault))
        assert.deepEqual(
          wrong.map(([name]) => name),
          [],
        )
      },
    },
  ]
}

function readRows(reference: string) {
  const rows = reference.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (?:yes)? ?\| .+ \(\[[\w-]+\]\) \|$/gm)
  return [...rows].map(([, name, values, byDefault]) => ({ name, values, byDefault }))
}

function listRows(table: Readonly<Record<string, SwitchKind<unknown>>>) {
  return Object.entries(table).map(([name, { values, byDefault }]) => ({ name, values, byDefault: tell(byDefault) }))
}

function tell(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY) return 'without end'
  if (typeof value === 'number') return value.toLocaleString('en-US')
  if (typeof value === 'string') return value === '' ? 'none' : `\`${value}\``
  if (Array.isArray(value)) return value.map((item) => `\`${item}\``).join(', ') || 'none'
  const text = JSON.stringify(value)
  return text === '{}' ? 'none' : `\`${text}\``
}
