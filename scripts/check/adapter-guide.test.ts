import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const guide = readFileSync('docs/guides/write-a-platform-adapter.md', 'utf8')
const members = readMembers('packages/core/src/platform/platform-adapter.ts', 'PlatformAdapter')

/** Names of an interface's members; an optional one has its question mark, a method nothing more. */
function readMembers(path: string, name: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name)
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`${path} declares no ${name}`)
  return found.members.map((member) => `${member.name?.getText(source)}${member.questionToken ? '?' : ''}`)
}

describe('the guide for adapters', () => {
  test.each(members)('describes %s', (member) => {
    const table = guide.slice(guide.indexOf('## What you write'), guide.indexOf('## After an unknown outcome'))
    const written = new RegExp(`\`${member.replace('?', '\\?')}[(\`]`)
    expect(table).toMatch(written)
  })
})

test('the README of core names every entry of the package', () => {
  const { exports } = JSON.parse(readFileSync('packages/core/package.json', 'utf8')) as { exports: object }
  const readme = readFileSync('packages/core/README.md', 'utf8')
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json')
  const missing = entries.filter((entry) => !readme.includes(`| \`@ofm-social/core${entry.slice(1)}\` |`))
  expect(missing).toEqual([])
})
