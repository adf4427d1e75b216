import type { TellingOptions } from './client.ts'
import type { RunWorkersOptions, WorkerPart } from './run-workers.ts'

const PARTS: readonly string[] = ['workflows', 'platforms', 'media'] satisfies WorkerPart[]
/** Temporal counts delays in seconds, and takes 0 for no limit at all. */
const HEARTBEAT_TIMEOUT_MS_MIN = 1_000

/**
 * A queue that nobody fills or nobody works off, and a number that lets no step begin, would say nothing for ever.
 *
 * @throws TypeError All problems at once, each with the option, what is wrong with it, and its limit.
 */
export function refuseWorkerOptions(options: RunWorkersOptions): void {
  const { social, parts, platforms, startsPerSecond = {} } = options
  const known = social.engine.platforms.map(({ platform }) => platform)
  refuse('runWorkers', [
    ...findEmpty('parts', parts, PARTS),
    ...findUnknown('parts', parts, PARTS),
    ...findEmpty('platforms', platforms, known),
    ...findUnknown('platforms', platforms, known),
    ...findDoubled('platforms', platforms),
    ...findUnknown('startsPerSecond', Object.keys(startsPerSecond), known),
    ...findConcurrencyProblems(options.concurrency, known),
    ...Object.entries(startsPerSecond).flatMap(([platform, rate]) =>
      Number.isFinite(rate) && rate > 0 ? [] : [`startsPerSecond.${platform}: ${rate} is no number above 0`],
    ),
    ...findTellingProblems(options),
  ])
}

/** @throws TypeError as `refuseWorkerOptions` does, for what else takes these. */
export function refuseTellingOptions(caller: string, options: TellingLimits): void {
  refuse(caller, findTellingProblems(options))
}

type TellingLimits = Pick<TellingOptions, 'queuePrefix'> & { readonly heartbeatTimeoutMs?: number | undefined }

function refuse(caller: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new TypeError(`${caller}: ${problems.join('; ')}`)
}

function findTellingProblems({ heartbeatTimeoutMs, queuePrefix }: TellingLimits): readonly string[] {
  return [
    ...findNotWhole('heartbeatTimeoutMs', heartbeatTimeoutMs, HEARTBEAT_TIMEOUT_MS_MIN),
    ...(queuePrefix === '' ? ['queuePrefix: empty, at least one character'] : []),
  ]
}

function findConcurrencyProblems(
  { perPlatform, media, workflows }: NonNullable<RunWorkersOptions['concurrency']> = {},
  known: readonly string[],
): readonly string[] {
  const each = typeof perPlatform === 'object' ? perPlatform : {}
  return [
    ...findUnknown('concurrency.perPlatform', Object.keys(each), known),
    ...Object.entries(each).flatMap(([platform, atOnce]) =>
      findNotWhole(`concurrency.perPlatform.${platform}`, atOnce, 1),
    ),
    ...(typeof perPlatform === 'object' ? [] : findNotWhole('concurrency.perPlatform', perPlatform, 1)),
    ...findNotWhole('concurrency.media', media, 1),
    ...findNotWhole('concurrency.workflows', workflows, 1),
  ]
}

function findNotWhole(option: string, value: number | undefined, min: number): readonly string[] {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min)) return []
  return [`${option}: ${value} is no whole number of at least ${min.toLocaleString('en-US')}`]
}

const findEmpty = (option: string, names: readonly string[] | undefined, valid: readonly string[]) =>
  names?.length === 0 ? [`${option}: empty, at least one of ${valid.join(', ')}`] : []

const findUnknown = (option: string, names: readonly string[] | undefined, valid: readonly string[]) =>
  (names ?? [])
    .filter((name) => !valid.includes(name))
    .map((name) => `${option}: '${name}' is none of ${valid.join(', ')}`)

const findDoubled = (option: string, names: readonly string[] = []) =>
  [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${option}: '${name}' is named twice`,
  )
