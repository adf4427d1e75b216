import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('npm run build ends with the first package that fails, and names it', () => {
  const root = mkdtempSync(join(tmpdir(), 'ofm-build-'))
  try {
    const write = `node -e "require('fs').writeFileSync('built', '')"`
    const builds = { able: write, broken: 'node -e "process.exit(3)"', never: write, 'test-only': undefined }
    for (const [name, build] of Object.entries(builds)) {
      const folder = join(root, 'packages', name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `@example/${name}`, scripts: { build } }))
    }
    const script = join(import.meta.dirname, 'build.ts')
    const { status, stderr } = spawnSync('node', [script], { cwd: root, encoding: 'utf8' })
    expect([status, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      3,
      'The build of @example/broken (packages/broken) failed. Nothing after it was built.',
    ])
    const built = (name: string) => readdirSync(join(root, 'packages', name)).includes('built')
    expect([built('able'), built('never')]).toEqual([true, false])
  } finally {
    rmSync(root, { recursive: true })
  }
})
