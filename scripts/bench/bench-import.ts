import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { compare, type Measurement, median, round } from './measurement.ts'

const runs = 21
const coreFolder = 'packages/core'
const entry = resolve(coreFolder, 'dist/index.js')

/** What it costs an app to import core: a whole process, next to one that only imports core's two dependencies. */
export async function* measure(): AsyncGenerator<Measurement> {
  execFileSync('npm', ['run', 'build', '--workspace', '@ofm-social/core'], { stdio: 'ignore' })
  const dependencies = "import 'zod'; import '@opentelemetry/api'"
  const core = `${dependencies}; import '${pathToFileURL(entry).href}'`
  const baselines: number[] = []
  const values: number[] = []
  for (let run = 0; run < runs; run += 1) {
    baselines.push(timeProcessMs(dependencies))
    values.push(timeProcessMs(core))
  }
  const baseline = median(baselines)
  const value = median(values)
  yield compare({ bench: 'import', metric: 'process', value: round(value), unit: 'ms', baseline: round(baseline) })
  yield { bench: 'import', metric: 'beyond dependencies', value: round(value - baseline), unit: 'ms' }
  const code = collectOwnFiles(entry).map((file) => readFileSync(file, 'utf8'))
  const minified = code.map((text) => transformSync(text, { minify: true, format: 'esm', target: 'node22' }).code)
  yield { bench: 'import', metric: 'own code, minified', value: toGzippedKb(minified), unit: 'kB gzipped' }
  yield { bench: 'import', metric: 'own code, as published', value: toGzippedKb(code), unit: 'kB gzipped' }
}

const toGzippedKb = (texts: readonly string[]): number => round(gzipSync(texts.join('')).length / 1000)

function timeProcessMs(code: string): number {
  const startedAt = performance.now()
  execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: coreFolder })
  return performance.now() - startedAt
}

/** The built entry and the chunks that it loads; what it imports only when needed does not count. */
function collectOwnFiles(start: string): string[] {
  const files = new Set([start])
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g)) {
      files.add(join(dirname(file), specifier))
    }
  }
  return [...files]
}
