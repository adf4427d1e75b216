import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeFindings, describePlan } from './describe-findings.ts'
import { instagramNeeds, instagramProbes } from './instagram/instagram-probes.ts'
import { createInstagramProbeApi, type InstagramProbeApi } from './instagram/probe-api.ts'
import { skippedPoints as instagramSkippedPoints } from './instagram/skipped-points.ts'
import { type Probed, parseProbeArguments } from './probe-arguments.ts'
import type { SkippedPoint } from './probe-definition.ts'
import { type ProbeApi, runProbes } from './run-probes.ts'
import { createXProbeApi, type XProbeApi } from './x/probe-api.ts'
import { skippedPoints as xSkippedPoints } from './x/skipped-points.ts'
import { xNeeds, xProbes } from './x/x-probes.ts'

const usage =
  'npm run probe -- x|instagram [--yes] [--json] [--only NAME]... [--with KEY=VALUE]... [--wait HOURS] [--billing]' +
  ' [--base-url URL] [--access-token TOKEN, else OFM_PROBE_X_ACCESS_TOKEN or OFM_PROBE_INSTAGRAM_ACCESS_TOKEN]'

/** A platform with what is asked of it. */
interface Platform<Api extends ProbeApi> {
  readonly probed: Probed<Api>
  readonly skipped: readonly SkippedPoint[]
  createApi(options: ApiOptions): Api
}

interface ApiOptions {
  readonly baseUrl: string
  readonly accessToken: string
  readonly given: Readonly<Record<string, string>>
  readonly runName: string
  readonly sleep: (ms: number) => Promise<void>
  readonly stop: AbortSignal
}

const x: Platform<XProbeApi> = {
  probed: {
    platform: 'x',
    probes: xProbes,
    needs: xNeeds,
    baseUrl: 'https://api.x.com',
    accessTokenVariable: 'OFM_PROBE_X_ACCESS_TOKEN',
  },
  skipped: xSkippedPoints,
  createApi: (options) => createXProbeApi({ ...options, readBalanceMicroUsd: () => askForBalance(options.stop) }),
}
const instagram: Platform<InstagramProbeApi> = {
  probed: {
    platform: 'instagram',
    probes: instagramProbes,
    needs: instagramNeeds,
    baseUrl: 'https://graph.instagram.com',
    accessTokenVariable: 'OFM_PROBE_INSTAGRAM_ACCESS_TOKEN',
  },
  skipped: instagramSkippedPoints,
  createApi: createInstagramProbeApi,
}
const runs: Readonly<Record<string, () => Promise<void>>> = {
  x: () => run(x),
  instagram: () => run(instagram),
}

try {
  const chosen = runs[process.argv[2] ?? '']
  if (!chosen) throw new Error(`There are probes of: ${Object.keys(runs).join(', ')}.`)
  await chosen()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : 'The probe failed.'}\n${usage}`)
  process.exitCode = 2
}

async function run<Api extends ProbeApi>({ probed, skipped, createApi }: Platform<Api>): Promise<void> {
  const { probes, isMeant, isJson, baseUrl, accessToken, given } = parseProbeArguments(
    process.argv.slice(2),
    process.env,
    probed,
  )
  if (!isMeant || accessToken === undefined) {
    return print(isJson, describePlan(probes, given, skipped), { plan: probes, skipped })
  }
  const stop = new AbortController()
  process.once('SIGINT', () => {
    console.error('Stopping; what was posted is deleted.')
    stop.abort(new Error('Stopped.'))
  })
  const api = createApi({
    baseUrl,
    accessToken,
    given,
    runName: randomBytes(4).toString('hex'),
    sleep: (ms) => sleepUntilStopped(ms, stop.signal),
    stop: stop.signal,
  })
  const findings = await runProbes(probes, api, stop.signal)
  print(isJson, describeFindings(findings, skipped), { findings, skipped })
  if (findings.some(({ verdict }) => verdict === 'unclear')) process.exitCode = 1
  if (stop.signal.aborted) process.exitCode = 130
}

async function sleepUntilStopped(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

async function askForBalance(signal: AbortSignal): Promise<number> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // A terminal that is read from swallows Ctrl-C.
  terminal.on('SIGINT', () => process.emit('SIGINT'))
  try {
    const typed = await terminal.question('Balance in the console of X, in USD, when it has settled: ', { signal })
    const usd = Number(typed.trim().replace(/^\$/, ''))
    if (typed.trim() === '' || !Number.isFinite(usd)) throw new Error(`"${typed}" is no amount.`)
    return Math.round(usd * 1_000_000)
  } finally {
    terminal.close()
  }
}

function print(isJson: boolean, text: string, data: object): void {
  console.log(isJson ? JSON.stringify(data, undefined, 2) : text)
}
