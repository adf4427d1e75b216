import type { RunWorkersOptions } from '@ofm-social/temporal/worker'
import { commaList } from './comma-list.ts'

/** How much a process that runs publications on Temporal does at once, and how often a step may begin. */
export type WorkerLimits = Pick<RunWorkersOptions, 'concurrency' | 'startsPerSecond'>

export const workerLimitsEnvironment = {
  OFM_WORKER_CONCURRENCY: commaList,
  OFM_WORKER_STARTS_PER_SECOND: commaList,
}

interface Given {
  readonly OFM_WORKER_CONCURRENCY: readonly string[]
  readonly OFM_WORKER_STARTS_PER_SECOND: readonly string[]
}

/** What the number behind a name may be. */
interface Range {
  readonly form: RegExp
  readonly min: number
  readonly max: number
  readonly words: string
}

const atOnce: Range = { form: /^\d+$/, min: 1, max: 1_000, words: 'a whole number from 1 to 1000' }
/** What the SDK of Temporal takes beside 300 workflows in memory. */
const tasksAtOnce: Range = { form: /^\d+$/, min: 2, max: 300, words: 'a whole number from 2 to 300' }
const perSecond: Range = { form: /^\d+(\.\d+)?$/, min: 0.001, max: 1_000, words: 'a number from 0.001 to 1000' }

const forEach = (names: readonly string[], range: Range): Readonly<Record<string, Range>> =>
  Object.fromEntries(names.map((name) => [name, range]))

/**
 * What is wrong with the limits, one sentence each.
 *
 * @param platforms Names of those that the server speaks to.
 */
export function findWorkerLimitMistakes(env: Given, platforms: readonly string[]): string[] {
  const concurrency = { platforms: atOnce, media: atOnce, workflows: tasksAtOnce, ...forEach(platforms, atOnce) }
  return [
    ...findMistakes('OFM_WORKER_CONCURRENCY', env.OFM_WORKER_CONCURRENCY, concurrency),
    ...findMistakes('OFM_WORKER_STARTS_PER_SECOND', env.OFM_WORKER_STARTS_PER_SECOND, forEach(platforms, perSecond)),
  ]
}

function findMistakes(
  variable: string,
  items: readonly string[],
  ranges: Readonly<Record<string, Range>>,
): readonly string[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const [name, number] = split(item)
    const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined
    // Neither a name nor a number is repeated that we do not know: it may be anything.
    if (!range) {
      const names = Object.keys(ranges).join(', ')
      return [`${variable}: item ${index + 1} must begin with one of ${names}, such as ${Object.keys(ranges)[0]}:5.`]
    }
    if (seen.has(name)) return [`${variable}: ${name} stands there twice.`]
    seen.add(name)
    const value = range.form.test(number) ? Number(number) : Number.NaN
    return value >= range.min && value <= range.max ? [] : [`${variable}: ${name} must be ${range.words}.`]
  })
}

/** Of what has no mistakes. `platforms` is the number of each platform that has none of its own. */
export function toWorkerLimits(env: Given, platforms: readonly string[]): WorkerLimits {
  const { platforms: each, media, workflows, ...own } = toNumbers(env.OFM_WORKER_CONCURRENCY)
  const perPlatform = Object.fromEntries(
    platforms.flatMap((name) => {
      const number = own[name] ?? each
      return number === undefined ? [] : [[name, number]]
    }),
  )
  return {
    concurrency: {
      perPlatform,
      ...(media === undefined ? {} : { media }),
      ...(workflows === undefined ? {} : { workflows }),
    },
    startsPerSecond: toNumbers(env.OFM_WORKER_STARTS_PER_SECOND),
  }
}

function toNumbers(items: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(items.map(split).map(([name, number]) => [name, Number(number)]))
}

/** `x:5`, with spaces where somebody likes them. */
function split(item: string): readonly [string, string] {
  const [name = '', ...rest] = item.split(':')
  return [name.trim(), rest.join(':').trim()]
}
