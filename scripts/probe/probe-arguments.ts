import { parseArgs } from 'node:util'
import type { Probe, ProbeNeed } from './probe-definition.ts'

/** What the command was asked to do. */
export interface ProbeArguments<Api> {
  readonly probes: readonly Probe<Api>[]
  /** Really ask, instead of saying what would be asked. */
  readonly isMeant: boolean
  readonly isJson: boolean
  readonly baseUrl: string
  readonly accessToken: string | undefined
  /** What the operator gave, by the key of the need. */
  readonly given: Readonly<Record<string, string>>
}

/** What a platform offers to the command. */
export interface Probed<Api> {
  readonly platform: string
  readonly probes: readonly Probe<Api>[]
  readonly needs: readonly ProbeNeed[]
  readonly baseUrl: string
  readonly accessTokenVariable: string
}

/** Reads the command line; throws one sentence for each mistake, all at once. */
export function parseProbeArguments<Api>(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  probed: Probed<Api>,
): ProbeArguments<Api> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      with: { type: 'string', multiple: true, default: [] },
      wait: { type: 'string' },
      billing: { type: 'boolean', default: false },
      'base-url': { type: 'string', default: probed.baseUrl },
      'access-token': { type: 'string' },
    },
  })
  const accessToken = values['access-token'] ?? environment[probed.accessTokenVariable]
  const problems = [
    ...(positionals.join() === probed.platform ? [] : [`There are probes of: ${probed.platform}.`]),
    ...checkNames(values.only ?? [], probed.probes),
    ...values.with.flatMap((given) => checkGiven(given, probed.needs)),
    ...(values.wait === undefined || Number(values.wait) > 0 ? [] : [`--wait ${values.wait} is no number of hours.`]),
    ...(URL.canParse(values['base-url']) ? [] : [`--base-url ${values['base-url']} is no URL.`]),
    ...(values.yes && !accessToken ? [`No access token in ${probed.accessTokenVariable}.`] : []),
  ]
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return {
    probes: probed.probes.filter(({ name }) => values.only?.includes(name) ?? true),
    isMeant: values.yes,
    isJson: values.json,
    baseUrl: values['base-url'],
    accessToken,
    given: {
      ...readSecrets(environment, probed.needs),
      ...Object.fromEntries(values.with.map(splitGiven)),
      ...(values.wait === undefined ? {} : { wait: values.wait }),
      ...(values.billing ? { billing: 'yes' } : {}),
    },
  }
}

function checkNames<Api>(only: readonly string[], probes: readonly Probe<Api>[]): readonly string[] {
  const names = probes.map(({ name }) => name)
  const unknown = only.filter((name) => !names.includes(name))
  return unknown.length === 0 ? [] : [`No probe is named ${unknown.join(', ')}; there are: ${names.join(', ')}.`]
}

function checkGiven(given: string, needs: readonly ProbeNeed[]): readonly string[] {
  const [key, value] = splitGiven(given)
  const need = needs.find((each) => each.key === key)
  if (need?.variable) return [`${key} is a secret: give it in ${need.variable}.`]
  const keys = needs.flatMap((each) => (each.variable ? [] : each.key))
  if (!need) return [`--with takes ${keys.join(', ')}; not ${key}.`]
  return value === '' ? [`--with ${key}=… needs a value.`] : []
}

function splitGiven(given: string): readonly [string, string] {
  const at = given.indexOf('=')
  return at < 0 ? [given, ''] : [given.slice(0, at), given.slice(at + 1)]
}

function readSecrets(environment: Readonly<Record<string, string | undefined>>, needs: readonly ProbeNeed[]) {
  return Object.fromEntries(
    needs.flatMap(({ key, variable }) => {
      const value = variable === undefined ? undefined : environment[variable]
      return value ? [[key, value] as const] : []
    }),
  )
}
