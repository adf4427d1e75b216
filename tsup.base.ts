import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

type Exports = Record<string, string | { '@ofm-social/source'?: string }>

/** Builds every entry that the package's own `exports` name; shared code becomes shared chunks. */
export function defineLibrary() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Exports }
  const entry: Record<string, string> = {}
  for (const target of Object.values(exports)) {
    const source = typeof target === 'string' ? undefined : target['@ofm-social/source']
    if (source) entry[source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')] = source
  }
  return defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    dts: true,
    clean: true,
    sourcemap: true,
    splitting: true,
  })
}
