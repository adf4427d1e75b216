import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'prices-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, cards: readonly object[]): string {
  const file = join(folder, name)
  const source = 'https://acme.test'
  writeFileSync(file, JSON.stringify({ vendor: 'acme', currency: 'USD', source, models: [{ model: 'a-1', cards }] }))
  return file
}

function check(...files: readonly string[]) {
  const options = ['--conditions=@ofm-social/source', 'scripts/prices-check.ts', ...files]
  const { stdout, status } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  return { lines: stdout.trim().split('\n'), status }
}

const old = { id: 'a-1', tier: 'standard', seenOn: '2026-11-26', perMillion: { input: '1.25' } }

test('prints new cards, and fails when one was altered', () => {
  const before = write('before.json', [old])
  const next = { ...old, id: 'a-1/2026-12-01', from: '2026-12-01', perMillion: { input: '1' } }
  expect(check(before, write('added.json', [old, next]))).toEqual({
    lines: ['added    a-1/2026-12-01: input/1M 1.25 → 1 (against a-1)', 'added=1 models=0 altered-or-removed=0'],
    status: 0,
  })
  expect(check(before, write('altered.json', [{ ...old, perMillion: { input: '1' } }]))).toEqual({
    lines: ['altered  a-1: input/1M 1.25 → 1', 'added=0 models=0 altered-or-removed=1'],
    status: 1,
  })
})

test('takes folders, and says how it is called', () => {
  const catalogue = 'packages/budget/src/catalogue'
  expect(check(catalogue, catalogue)).toEqual({ lines: ['added=0 models=0 altered-or-removed=0'], status: 0 })
  expect(check(catalogue).status).toBe(2)
})

test('tells what of the shipped catalogue is not committed yet, without arguments', () => {
  const { lines, status } = check()
  expect(lines.at(-1)).toMatch(/^added=\d+ models=\d+ altered-or-removed=0$/)
  expect(status).toBe(0)
})
