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
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  return { lines: (stdout + stderr).trim().split('\n'), status }
}

const old = { id: 'a-1', tier: 'standard', seenOn: '2026-11-26', perMillion: { input: '1.25' } }

test('prints new cards, and fails when one was altered', () => {
  const before = write('before.json', [old])
  const next = { ...old, id: 'a-1/2026-12-01', from: '2026-12-01', perMillion: { input: '1' } }
  expect(check(before, write('added.json', [old, next]))).toEqual({
    lines: [
      'added    a-1/2026-12-01: input/1M 1.25 → 1 (against a-1)',
      'added=1 models=0 altered-or-removed=0 invalid=0',
    ],
    status: 0,
  })
  expect(check(before, write('altered.json', [{ ...old, perMillion: { input: '1' } }]))).toEqual({
    lines: ['altered  a-1: input/1M 1.25 → 1', 'added=0 models=0 altered-or-removed=1 invalid=0'],
    status: 1,
  })
})

test('says what is wrong with a new version, all at once', () => {
  const before = write('before.json', [old])
  const next = { ...old, id: 'a-1/2', from: '2026-13-01', perMillion: { input: '1e3' } }
  expect(check(before, write('invalid.json', [old, next]))).toMatchObject({
    lines: [
      /^added {4}a-1\/2: /,
      /^invalid .*from is "2026-13-01"/,
      /^invalid .*input is not a price/,
      /^invalid .*holds at the same time as a-1/,
      'added=1 models=0 altered-or-removed=0 invalid=3',
    ].map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
    status: 1,
  })
})

test('names a file that cannot be compared', () => {
  const before = write('before.json', [old])
  writeFileSync(join(folder, 'broken.json'), '{')
  writeFileSync(join(folder, 'other.json'), '{ "models": {} }')
  const tell = (name: string) => {
    const { lines, status } = check(before, join(folder, name))
    return [status, lines.join(' ').replaceAll(folder, '')]
  }
  expect(tell('broken.json')).toEqual([2, expect.stringMatching(/^\/broken.json is no JSON: /)])
  expect(tell('other.json')).toEqual([2, expect.stringMatching(/^\/other.json is no catalogue: it needs vendor/)])
  expect(tell('absent.json')).toEqual([2, '/absent.json is not there.'])
  expect(check(before, before, before).status).toBe(2)
})

test('takes folders, and says how it is called', () => {
  const catalogue = 'packages/budget/src/catalogue'
  expect(check(catalogue, catalogue)).toEqual({ lines: ['added=0 models=0 altered-or-removed=0 invalid=0'], status: 0 })
  expect(check(catalogue).status).toBe(2)
})

test('tells what of the shipped catalogue is not committed yet, without arguments', () => {
  const { lines, status } = check()
  expect(lines.at(-1)).toMatch(/^added=\d+ models=\d+ altered-or-removed=0 invalid=0$/)
  expect(status).toBe(0)
})
