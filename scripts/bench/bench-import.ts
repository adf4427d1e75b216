import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
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
  const code = Buffer.concat(collectOwnFiles(entry).map((file) => readFileSync(file)))
  yield { bench: 'import', metric: 'own code', value: round(gzipSync(code).length / 1000), unit: 'kB gzipped' }
}

function timeProcessMs(code: string): number {
  const startedAt = performance.now()
  execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: coreFolder })
  return performance.now() - startedAt
}

/** The built entry and the chunks that it shares with other entries. */
function collectOwnFiles(start: string): string[] {
  const files = new Set([start])
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?["'](\.[^"']+)["']/g)) {
      files.add(join(dirname(file), specifier))
    }
  }
  return [...files]
}
