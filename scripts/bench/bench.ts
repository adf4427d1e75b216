import { globSync } from 'node:fs'
import { basename } from 'node:path'
import type { Measurement } from './measurement.ts'

/** A file `bench-<name>.ts` beside this one exports `measure()`; `npm run bench -- <name>` runs it. */
interface Bench {
  measure(): AsyncIterable<Measurement>
}

const names = globSync('bench-*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts').slice('bench-'.length))
  .sort()
const [name = ''] = process.argv.slice(2)

if (names.includes(name)) {
  const bench: Bench = await import(`./bench-${name}.ts`)
  for await (const measurement of bench.measure()) console.log(JSON.stringify(measurement))
} else {
  console.error(`Usage: npm run bench -- ${names.join(' | ')}`)
  process.exitCode = 64
}
