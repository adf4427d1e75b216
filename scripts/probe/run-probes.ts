import type { Finding, Observation, Probe, ProbeNeed } from './probe-definition.ts'

/** What a platform's probes are run with. */
export interface ProbeApi {
  /** What the operator gave, by the key of the need. */
  readonly given: Readonly<Record<string, string>>
  /** Deletes what is left of what was made. */
  cleanUp(): Promise<void>
}

const stopped: Observation = { value: undefined, detail: 'Stopped before.', notAsked: true }

/** Asks one after the other, so that no probe disturbs the next; what fails is unclear, and the rest goes on. */
export async function runProbes<Api extends ProbeApi>(
  probes: readonly Probe<Api>[],
  api: Api,
  stop?: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const probe of probes) findings.push(toFinding(probe, stop?.aborted ? stopped : await observe(probe, api)))
  return findings
}

/** Why a probe cannot be asked with what the operator gave; `undefined` when nothing is missing. */
export function describeMissing(
  { needs = [] }: Pick<Probe<never>, 'needs'>,
  given: Readonly<Record<string, string>>,
): string | undefined {
  const missing = needs.filter(({ key }) => given[key] === undefined)
  return missing.length === 0 ? undefined : `Needs ${missing.map(describeNeed).join(', and ')}.`
}

function describeNeed({ key, what, variable }: ProbeNeed): string {
  return `${what} (${variable ?? `--with ${key}=…`})`
}

async function observe<Api extends ProbeApi>(probe: Probe<Api>, api: Api): Promise<Observation> {
  const missing = describeMissing(probe, api.given)
  if (missing !== undefined) return { value: undefined, detail: missing, notAsked: true }
  let observation: Observation
  try {
    observation = await probe.run(api)
  } catch (error) {
    observation = { value: undefined, detail: toSentence(error) }
  }
  try {
    await api.cleanUp()
    return observation
  } catch (error) {
    return { ...observation, detail: `${observation.detail} Not cleaned up: ${toSentence(error)}` }
  }
}

function toFinding<Api>(probe: Probe<Api>, { value, detail, notAsked }: Observation): Finding {
  const { name, question, knob, assumed } = probe
  const verdict = notAsked
    ? 'not_asked'
    : value === undefined
      ? 'unclear'
      : value === assumed
        ? 'as_assumed'
        : 'different'
  return { name, question, knob, assumed, observed: value, detail, verdict }
}

function toSentence(error: unknown): string {
  return error instanceof Error ? error.message : 'It failed.'
}
