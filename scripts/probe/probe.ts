import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Finding, Probe, SkippedPoint } from './probe-definition.ts'
import { runProbes } from './run-probes.ts'
import { postProbes } from './x/post-probes.ts'
import { createXProbeApi, type XProbeApi } from './x/probe-api.ts'
import { skippedPoints } from './x/skipped-points.ts'

const usage =
  'npm run probe -- x [--yes] [--json] [--only NAME]... [--base-url URL] [--access-token TOKEN, else OFM_PROBE_X_ACCESS_TOKEN]'

try {
  await main()
} catch (error) {
  fail(error instanceof Error ? error.message : 'The probe failed.')
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      'base-url': { type: 'string', default: 'https://api.x.com' },
      'access-token': { type: 'string' },
    },
  })
  if (positionals.length !== 1 || positionals[0] !== 'x') return fail(`There are probes of: x.\n${usage}`)
  const unknown = values.only?.filter((name) => !postProbes.some((probe) => probe.name === name)) ?? []
  if (unknown.length > 0)
    return fail(
      `No probe is named ${unknown.join(', ')}; there are: ${postProbes.map((probe) => probe.name).join(', ')}.`,
    )
  const probes = postProbes.filter((probe) => values.only?.includes(probe.name) ?? true)
  if (!values.yes) return print(values.json, describePlan(probes), { plan: probes, skipped: skippedPoints })

  const accessToken = values['access-token'] ?? process.env.OFM_PROBE_X_ACCESS_TOKEN
  if (!accessToken) return fail(`No access token.\n${usage}`)
  const runName = randomBytes(4).toString('hex')
  const api = createXProbeApi({ baseUrl: values['base-url'], accessToken, runName, sleep: (ms) => sleep(ms) })
  process.once('SIGINT', () => {
    fail('Stopped; deleting what was posted.')
    void api.cleanUp().then(
      () => process.exit(),
      (error: Error) => {
        fail(error.message)
        process.exit()
      },
    )
  })
  const findings = await runProbes(probes, api)
  print(values.json, describeFindings(findings, skippedPoints), { findings, skipped: skippedPoints })
  if (findings.some(({ verdict }) => verdict === 'unclear')) process.exitCode = 1
}

function describePlan(probes: readonly Probe<XProbeApi>[]): string {
  const lines = probes.map(({ name, question, requests }) => {
    return `${name}: ${question}\n${requests.map((each) => `  ${each.request}  $${each.costMicroUsd / 1_000_000}`).join('\n')}`
  })
  const total = probes.flatMap((probe) => probe.requests).reduce((sum, each) => sum + each.costMicroUsd, 0)
  return `${lines.join('\n')}\nAt most $${total / 1_000_000} at list prices. Nothing was sent; --yes posts, looks and deletes.`
}

function describeFindings(findings: readonly Finding[], skipped: readonly SkippedPoint[]): string {
  return [
    ...findings.map(
      ({ name, question, assumed, observed = 'nothing', verdict, knob, detail }) =>
        `${name}: ${question}\n  assumed ${assumed}, observed ${observed} (${verdict}; emulator switch ${knob})\n  ${detail}`,
    ),
    'Not asked:',
    ...skipped.map(({ question, reason }) => `  ${question} ${reason}`),
  ].join('\n')
}

function print(asJson: boolean, text: string, data: object): void {
  console.log(asJson ? JSON.stringify(data, undefined, 2) : text)
}

function fail(sentence: string): void {
  console.error(sentence)
  process.exitCode = 2
}
