import { listPlatforms, loadEmulator } from './emulator/load-emulator.ts'
import { type EmulatorArguments, parseArguments, usage } from './emulator/parse-arguments.ts'

const given = parseArguments(process.argv.slice(2))
if ('problems' in given) fail(`${given.problems.join('\n')}\n\n${usage}\nPlatforms: ${listPlatforms().join(', ')}`)
else await run(given)

/** Starts the emulator, says where in one line of JSON, and ends it with the process. */
async function run({ platform, switches, ...options }: EmulatorArguments): Promise<void> {
  if (!listPlatforms().includes(platform)) {
    return fail(`There is no emulator of ${platform}; there are: ${listPlatforms().join(', ')}.`)
  }
  try {
    const start = await loadEmulator(platform)
    const emulator = await start({ ...switches, ...options, now: () => Date.now() })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close())
    console.log(JSON.stringify({ platform: emulator.platform, url: emulator.url }))
  } catch (error) {
    fail(toSentence(error, options.port))
  }
}

function toSentence(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} is in use; choose another one with --port, or 0 for any free one.`
  if (code === 'EACCES') return `Port ${port} may not be used by this user; choose one above 1023 with --port.`
  return error instanceof Error ? error.message : String(error)
}

function fail(sentence: string): void {
  console.error(sentence)
  process.exitCode = 1
}
