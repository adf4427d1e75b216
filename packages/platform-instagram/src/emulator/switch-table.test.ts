import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { switchTable } from './switch-table.ts'

const reference = readFileSync(new URL('../../../../docs/reference/instagram-emulator.md', import.meta.url), 'utf8')

test('the reference has every switch, with its values and its default', () => {
  const rows = [...reference.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (?:yes)? ?\| .+ \(\[[\w-]+\]\) \|$/gm)]
  const told = rows.map(([, name, values, byDefault]) => ({ name, values, byDefault }))
  const real = Object.entries(switchTable).map(([name, { values, byDefault }]) => {
    return { name, values, byDefault: tell(byDefault) }
  })
  expect(told).toEqual(real)
})

test('every default is a value that its switch may have', () => {
  const wrong = Object.entries(switchTable).filter(([, kind]) => !kind.isFit(kind.byDefault))
  expect(wrong).toEqual([])
})

function tell(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US')
  if (typeof value === 'string') return value === '' ? 'none' : `\`${value}\``
  if (Array.isArray(value)) return value.map((item) => `\`${item}\``).join(', ') || 'none'
  return Object.keys(Object(value)).length === 0 ? 'none' : `\`${JSON.stringify(value)}\``
}
