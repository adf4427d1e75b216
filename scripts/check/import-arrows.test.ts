import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSourceImports } from './source-imports.ts'
import { readWorkspacePackages } from './workspace-packages.ts'

/** Which of our packages a package may import. Examples may import all of them. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  '@ofm-social/core': [],
  '@ofm-social/budget': [],
  '@ofm-social/test-services': [],
  '@ofm-social/platform-instagram': ['@ofm-social/core'],
  '@ofm-social/platform-x': ['@ofm-social/core'],
  '@ofm-social/temporal': ['@ofm-social/core'],
}

/** The libraries that an entry of a package may load, so that posting text never loads a database driver or a media parser. */
const coreLibraries: Readonly<Record<string, readonly string[]>> = {
  '.': ['zod', '@opentelemetry/api'],
  './http': ['zod', '@opentelemetry/api', 'undici'],
  './postgres': ['zod', '@opentelemetry/api', 'kysely'],
  './disk': [],
  './s3': ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner'],
  './probe': ['mediabunny', 'image-dimensions'],
}

/** Clients and drivers come from the app. */
const budgetLibraries: Readonly<Record<string, readonly string[]>> = {
  '.': [],
  './memory': [],
  './postgres': [],
  './prices': [],
  './ai-sdk': ['ai'],
  './fetch': [],
  './stand-in': [],
}

/** An API process tells Temporal of work and never loads the worker, which brings a native library. */
const temporalLibraries: Readonly<Record<string, readonly string[]>> = {
  './client': ['@temporalio/client'],
  './activities': ['@temporalio/activity', '@temporalio/client'],
  './workflows': ['@temporalio/workflow'],
}

const packages = readWorkspacePackages()
const isTest = (file: string) => /\.test(-d|-support)?\.ts$/.test(file)
const toPackageName = (specifier: string) => specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier

for (const { folder, manifest, entries } of packages) {
  const files = globSync(`${folder}/src/**/*.ts`)
  const imports = files.flatMap((file) => readSourceImports(file).map((found) => ({ file, ...found })))

  describe(manifest.name, () => {
    test('imports only the packages that it may depend on', () => {
      const allowed = folder.startsWith('examples/')
        ? packages.map((other) => other.manifest.name)
        : arrows[manifest.name]
      expect(allowed, 'add the new package to the arrows of this test').toBeDefined()
      const forbidden = imports.filter(({ file, specifier }) => {
        const name = toPackageName(specifier)
        if (!name.startsWith('@ofm-social/') || allowed?.includes(name)) return false
        return !(isTest(file) && name === '@ofm-social/test-services')
      })
      expect(forbidden).toEqual([])
    })

    test('imports its own files by path, never through its own entry, and none outside its folder', () => {
      const wrong = imports.filter(({ file, specifier }) => {
        if (specifier.startsWith('.')) return relative(folder, join(dirname(file), specifier)).startsWith('..')
        return toPackageName(specifier) === manifest.name
      })
      expect(wrong).toEqual([])
    })

    test('has an index.ts only where package.json has an entry, and exports by name', () => {
      const indexes = files.filter((file) => /(^|\/)index\.ts$/.test(file))
      expect(indexes.filter((file) => ![...entries.values()].includes(file))).toEqual([])
      expect(imports.filter(({ exportsAll }) => exportsAll)).toEqual([])
    })
  })
}

for (const [name, table] of Object.entries({
  '@ofm-social/core': coreLibraries,
  '@ofm-social/budget': budgetLibraries,
  '@ofm-social/temporal': temporalLibraries,
})) {
  describe(`an entry of ${name}`, () => {
    const found = packages.find(({ manifest }) => manifest.name === name)
    for (const [entry, libraries] of Object.entries(table)) {
      test(`${entry} loads no library but ${libraries.join(', ') || 'none'}`, () => {
        const file = found?.entries.get(entry)
        expect(file).toBeDefined()
        const loaded = file ? collectLibraries(file) : []
        expect(loaded.filter((library) => !libraries.includes(library))).toEqual([])
      })
    }
  })
}

describe('time, randomness and environment', () => {
  const ambient = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b/
  const files = globSync('packages/*/src/**/*.ts').filter(
    (file) => !isTest(file) && !file.startsWith('packages/test-services/'),
  )
  test('are passed in, never taken from the process', () => {
    const found = files.flatMap((file) => {
      const lines = readFileSync(file, 'utf8').split('\n')
      return lines.flatMap((line, index) =>
        isCode(line) && ambient.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [],
      )
    })
    expect(found).toEqual([])
  })
})

function isCode(line: string): boolean {
  return !/^\s*(\/\/|\/?\*)/.test(line)
}

/** Follows the imports that are loaded with a file, and returns the libraries that it meets. What `import()` loads later does not count. */
function collectLibraries(start: string): string[] {
  const libraries = new Set<string>()
  const seen = new Set<string>()
  const queue = [start]
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const { specifier, typeOnly, dynamic } of readSourceImports(file)) {
      if (typeOnly || dynamic || specifier.startsWith('node:')) continue
      if (specifier.startsWith('.')) queue.push(join(dirname(file), specifier))
      else libraries.add(toPackageName(specifier))
    }
  }
  return [...libraries].sort()
}
