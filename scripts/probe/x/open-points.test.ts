import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openPoints, openSections } from './open-points.ts'
import { xProbes } from './x-probes.ts'

const asked = openPoints.flatMap((point) => ('probes' in point ? point.probes : []))

/** The switches of the emulator that stand for what X leaves open, by the table that users read. */
function readOpenSwitches(): readonly string[] {
  const table = readFileSync(new URL('../../../docs/reference/x-emulator.md', import.meta.url), 'utf8')
  return table.split('\n').flatMap((line) => /^\| `(\w+)` \|.*\| yes \|[^|]*\|$/.exec(line)?.[1] ?? [])
}

test('every point has probes, each of which there is, or a reason why no request settles it', () => {
  const names = xProbes.map(({ name }) => name)
  expect(openPoints.length).toBeGreaterThan(60)
  for (const point of openPoints) {
    if ('probes' in point) expect(point.probes.length, point.point).toBeGreaterThan(0)
    else expect(point.reason, point.question).toMatch(/\w.*\.$/)
  }
  expect(asked.filter((name) => !names.includes(name))).toEqual([])
})

test('every probe settles one point', () => {
  expect(asked.toSorted()).toEqual(xProbes.map(({ name }) => name).toSorted())
})

test('every point has the page where X would say it', () => {
  const sources = openSections.map(({ source }) => source)
  expect(new Set(sources).size).toBe(sources.length)
  for (const source of sources) expect(source).toMatch(/^https:\/\/(docs|help)\.x\.com\//)
})

test('every open switch of the emulator is asked by a probe, or has a point that says why not', () => {
  const known = new Set([
    ...xProbes.flatMap(({ knob }) => knob ?? []),
    ...openPoints.flatMap(({ switches = [] }) => switches),
  ])
  const switches = readOpenSwitches()
  expect(switches.length).toBeGreaterThan(60)
  expect(switches.filter((name) => !known.has(name))).toEqual([])
})
