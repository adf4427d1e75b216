import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

type Exports = Record<string, string | { '@ofm-social/source'?: string }>

/** Every entry that the package's own `exports` name, by its path in `dist`. */
export function readEntries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Exports }
  const entry: Record<string, string> = {}
  for (const target of Object.values(exports)) {
    const source = typeof target === 'string' ? undefined : target['@ofm-social/source']
    if (source) entry[source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')] = source
  }
  return entry
}

/** Builds all entries; shared code becomes shared chunks. */
export function defineLibrary() {
  return defineConfig({
    entry: readEntries(),
    format: 'esm',
    target: 'node22',
    dts: true,
    clean: true,
    sourcemap: true,
    splitting: true,
  })
}

/** Only the types, beside code that something else has built. */
export function defineDeclarations() {
  return defineConfig({ entry: readEntries(), format: 'esm', dts: { only: true } })
}
