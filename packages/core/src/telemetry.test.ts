import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attributeNames, eventNames, instruments, spanNames } from './telemetry.ts'

const folder = import.meta.dirname
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.includes('.test') && path !== 'telemetry.ts')
  .map((path) => readFileSync(join(folder, path), 'utf8'))

test.each(
  Object.entries({ spanNames, attributeNames, eventNames, instruments }).flatMap(([list, names]) =>
    Object.keys(names).map((name) => `${list}.${name}`),
  ),
)('%s is emitted somewhere', (name) => {
  const use = new RegExp(`\\b${name}\\b`)
  expect(sources.some((source) => use.test(source))).toBe(true)
})
