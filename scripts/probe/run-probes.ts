import type { Finding, Observation, Probe } from './probe-definition.ts'

/** Asks one after the other, so that no probe disturbs the next; what fails is unclear, and the rest goes on. */
export async function runProbes<Api extends { cleanUp(): Promise<void> }>(
  probes: readonly Probe<Api>[],
  api: Api,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const probe of probes) findings.push(toFinding(probe, await observe(probe, api)))
  return findings
}

async function observe<Api extends { cleanUp(): Promise<void> }>(probe: Probe<Api>, api: Api): Promise<Observation> {
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

function toFinding<Api>(probe: Probe<Api>, { value, detail }: Observation): Finding {
  const { name, question, knob, assumed } = probe
  const verdict = value === undefined ? 'unclear' : value === assumed ? 'as_assumed' : 'different'
  return { name, question, knob, assumed, observed: value, detail, verdict }
}

function toSentence(error: unknown): string {
  return error instanceof Error ? error.message : 'It failed.'
}
