import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PlatformAdapter } from '@ofm-social/core'
import { createXAdapter } from '@ofm-social/platform-x'
import { describe, expect, test } from 'vitest'
import { describeCapabilities } from './capabilities/describe-capabilities.ts'
import { insertTable } from './capabilities/insert-table.ts'
import { adaptersByPackage } from './capabilities/platforms.ts'

const root = join(import.meta.dirname, '..')

describe('the table of what each platform can do', () => {
  test('in the README is what the adapters say; npm run capabilities writes it', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    expect(readme).toBe(insertTable(readme, describeCapabilities(Object.values(adaptersByPackage).flat())))
  })

  test('has every platform of the repository', () => {
    const packages = globSync('packages/platform-*', { cwd: root }).map((path) => basename(path))
    expect(Object.keys(adaptersByPackage).sort()).toEqual(packages.sort())
  })

  test('says what an adapter without a member cannot do', () => {
    const { remove: _remove, ...rest } = createXAdapter()
    const without: PlatformAdapter = rest
    const line = (adapter: PlatformAdapter) =>
      describeCapabilities([adapter])
        .split('\n')
        .find((row) => row.startsWith('| removing'))
    expect([line(createXAdapter()), line(without)]).toEqual(['| removing a post | yes |', '| removing a post | – |'])
  })
})
