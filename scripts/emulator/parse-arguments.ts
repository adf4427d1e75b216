import { parseArgs } from 'node:util'

/** What `npm run emulator` was asked for. */
export interface EmulatorArguments {
  readonly platform: string
  readonly port: number
  readonly host?: string
  readonly stateFile?: string
  /** Switches of the platform's emulator, from `--set name=value`: numbers, booleans and JSON where the value reads as such. */
  readonly switches: Readonly<Record<string, unknown>>
}

export const usage =
  'npm run emulator -- <platform> [--port 4010] [--host 127.0.0.1] [--state FILE] [--set name=value]…'

/** Reads the arguments, or says everything that is wrong with them. */
export function parseArguments(args: readonly string[]): EmulatorArguments | { readonly problems: readonly string[] } {
  const problems: string[] = []
  const { values, positionals } = read(args, problems)
  const [platform, ...others] = positionals
  if (platform === undefined && problems.length === 0) problems.push('Name a platform.')
  else if (platform !== undefined && !/^[a-z][a-z0-9-]*$/.test(platform)) problems.push(`"${platform}" is no platform.`)
  if (others.length > 0) problems.push(`One platform at a time; also given: ${others.join(', ')}.`)
  const port = Number(values.port ?? 4010)
  if (!/^\d+$/.test(values.port ?? '4010') || port > 65_535)
    problems.push(`--port ${values.port} is no port from 0 to 65535.`)
  const switches = Object.fromEntries((values.set ?? []).flatMap((text) => readSwitch(text, problems)))
  if (problems.length > 0 || platform === undefined) return { problems }
  return {
    platform,
    port,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    switches,
  }
}

interface Given {
  readonly values: { port?: string; host?: string; state?: string; set?: string[] }
  readonly positionals: readonly string[]
}

function read(args: readonly string[], problems: string[]): Given {
  const options = {
    port: { type: 'string' },
    host: { type: 'string' },
    state: { type: 'string' },
    set: { type: 'string', multiple: true },
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
    return { values: {}, positionals: [] }
  }
}

function readSwitch(text: string, problems: string[]): [string, unknown][] {
  const [name = '', ...rest] = text.split('=')
  if (name === '' || rest.length === 0) {
    problems.push(`--set ${text} should be --set name=value.`)
    return []
  }
  return [[name, readValue(rest.join('='))]]
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
