import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { allCases } from './all-cases.ts'
import { type FaultRow, toBrokenRow } from './fault-case.ts'
import type { CreateFaultEngine } from './fault-engine.ts'
import { createInProcessEngine } from './in-process-engine.ts'
import { add, isGood, type Judgement, NOTHING } from './judge.ts'
import type { KillRoundOptions } from './kill-rounds.ts'
import { runCells } from './run-cells.ts'
import { startPostgres } from './start-postgres.ts'
import { startTemporal } from './start-temporal.ts'
import { createTemporalEngine } from './temporal-engine.ts'

const usage = 'npm run faults -- [platform] [--engine in_process|temporal] [--kills number|each] [--seed number]'
const KILL_ROUNDS = '20'
/** What the kill rounds run on. */
const ENGINES: Readonly<Record<string, CreateFaultEngine>> = {
  in_process: createInProcessEngine,
  temporal: createTemporalEngine,
}

process.exitCode = await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<number> {
  const { engine, kills, seed, names } = readArguments(given)
  const createEngine = ENGINES[engine]
  const platforms = [...new Set(allCases.map(({ platform }) => platform))]
  if (!createEngine)
    return fail(`--engine is ${Object.keys(ENGINES).join(' or ')}, not ${engine || 'empty'}.\n${usage}`)
  if (!/^\d+$/.test(seed) || !/^(\d+|each)$/.test(kills) || names.length > 1) return fail(usage)
  const [platform] = names
  if (platform !== undefined && !platforms.includes(platform))
    return fail(`There is no platform ${platform}; there are: ${platforms.join(', ')}.`)
  const chosen = platforms.filter((one) => platform === undefined || one === platform)
  const rounds = kills === 'each' ? kills : Number(kills)
  return run(chosen, { engine, rounds, createEngine, seed: Number(seed) })
}

function readArguments(given: readonly string[]) {
  const options = {
    engine: { type: 'string', default: 'in_process' },
    kills: { type: 'string', default: KILL_ROUNDS },
    seed: { type: 'string', default: '' },
  } as const
  const { values, positionals } = parseArgs({ args: [...given], options, strict: false, allowPositionals: true })
  const { engine, kills, seed, ...others } = values
  const unknown = Object.keys(others).map((name) => `--${name}`)
  return {
    engine: String(engine),
    kills: String(kills),
    seed: String(seed) || String(randomInt(1_000_000)),
    names: [...positionals, ...unknown],
  }
}

async function run(
  platforms: readonly string[],
  { engine, ...killing }: KillRoundOptions & { readonly engine: string },
): Promise<number> {
  startPostgres()
  // Reads where PostgreSQL is when it is loaded.
  const { playKillRounds } = await import('./kill-rounds.ts')
  let sum = NOTHING
  const tell = (row: FaultRow): void => {
    sum = add(sum, row.judgement)
    console.log(toLine(row))
  }
  // What nobody waits for fails the run, and does not end it.
  process.on('unhandledRejection', (error) =>
    tell(toBrokenRow({ platform: '', step: '', fault: 'the harness' }, error)),
  )
  const cells = allCases.flatMap(({ platform }, index) => (platforms.includes(platform) ? [index] : []))
  await runCells(cells, { temporalAddress: engine === 'temporal' ? startTemporal() : null }, tell)
  if (engine === 'temporal') {
    const { playTemporalTroubles } = await import('./temporal-troubles.ts')
    await inLanes(platforms, async (platform) => {
      for await (const row of playTemporalTroubles(platform)) tell(row)
    })
  }
  const { rounds, seed } = killing
  const how = rounds === 'each' ? 'once at every step of a round' : `${rounds} rounds, drawn by --seed ${seed}`
  console.log(`kill -9, for each platform: ${how}`)
  await inLanes(platforms, async (platform) => {
    for await (const row of playKillRounds(platform, killing)) tell(row)
  })
  const broken = sum.broken > 0 ? ` broken=${sum.broken}` : ''
  console.log(`double=${sum.double} lost=${sum.lost} wrong=${sum.wrong} asked=${sum.asked}/${sum.mayAsk}${broken}`)
  return isGood(sum) ? 0 : 1
}

/** As many at a time as there are processors. */
async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
}

function toLine({ platform, step, fault, state, judgement, error }: FaultRow): string {
  const why = error === undefined ? '' : `\n${error.replace(/^/gm, '    ')}`
  const verdict = isGood(judgement) ? 'ok' : `NOT OK ${describe(judgement)}${why}`
  return `${platform.padEnd(16)} ${step.padEnd(20)} ${fault.padEnd(22)} ${state.padEnd(16)} ${verdict}`
}

function describe(judgement: Judgement): string {
  return Object.entries(judgement)
    .map(([name, count]) => `${name}=${count}`)
    .join(' ')
}

function fail(sentence: string): number {
  console.error(sentence)
  return 2
}
