import type { Finding, Probe, SkippedPoint } from './probe-definition.ts'
import { describeMissing } from './run-probes.ts'

/** Which requests would be made, what they cost at most, and what would not be asked. */
export function describePlan<Api>(
  probes: readonly Probe<Api>[],
  given: Readonly<Record<string, string>>,
  skipped: readonly SkippedPoint[],
): string {
  const asked = probes.filter((probe) => describeMissing(probe, given) === undefined)
  const missing = probes.flatMap((probe) => {
    const reason = describeMissing(probe, given)
    return reason === undefined ? [] : { question: `${probe.name}: ${probe.question}`, reason }
  })
  const total = asked.flatMap((probe) => probe.requests).reduce((sum, each) => sum + each.costMicroUsd, 0)
  return [
    ...asked.map(({ name, question, requests }) =>
      [`${name}: ${question}`, ...requests.map((each) => `  ${each.request}  $${each.costMicroUsd / 1_000_000}`)].join(
        '\n',
      ),
    ),
    ...describeSkipped([...missing, ...skipped]),
    `At most $${total / 1_000_000} at list prices. Nothing was sent; --yes posts, looks and deletes.`,
  ].join('\n')
}

/** What the platform did, and what was not asked and why. */
export function describeFindings(findings: readonly Finding[], skipped: readonly SkippedPoint[]): string {
  const asked = findings.filter(({ verdict }) => verdict !== 'not_asked')
  const missing = findings.filter(({ verdict }) => verdict === 'not_asked')
  return [
    ...asked.map(describeFinding),
    ...describeSkipped([
      ...missing.map(({ name, question, detail }) => ({ question: `${name}: ${question}`, reason: detail })),
      ...skipped,
    ]),
  ].join('\n')
}

function describeFinding({ name, question, assumed, observed = 'nothing', verdict, knob, detail }: Finding): string {
  const switched = knob === undefined ? '' : `; emulator switch ${knob}`
  return `${name}: ${question}\n  assumed ${assumed}, observed ${observed} (${verdict}${switched})\n  ${detail}`
}

function describeSkipped(points: readonly SkippedPoint[]): readonly string[] {
  return points.length === 0 ? [] : ['Not asked:', ...points.map(({ question, reason }) => `  ${question} ${reason}`)]
}
