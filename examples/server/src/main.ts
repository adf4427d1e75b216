import { isSocialError } from '@ofm-social/core'
import { chooseEngine } from './choose-engine.ts'
import { ConfigError, parseConfig } from './config.ts'
import { createLog } from './log.ts'
import type { EmulatorUrls } from './open-emulators.ts'
import { printBanner, printNext } from './quickstart/banner.ts'
import { createLivePrinter } from './quickstart/print-lines.ts'
import { parseStartArguments } from './start-arguments.ts'
import { StartError } from './start-error.ts'
import { type RunningServer, startServer } from './start-server.ts'

/** Starts, shows what the emulators can show, and with `--once` ends by itself. */
async function main(): Promise<void> {
  const { once, engine } = parseStartArguments(process.argv.slice(2))
  const { config, stopTemporal } = await chooseEngine(parseConfig(process.env), engine)
  const printer = createLivePrinter(process.stdout)
  const server = await startServer(config, createLog(config.logLevel)).catch(async (error: unknown) => {
    await stopTemporal()
    throw error
  })
  const stopping = stopOnSignal(async () => {
    await server.stop()
    await stopTemporal()
  })
  printBanner(printer, config, server)
  const allLive = server.emulators === null ? true : await showSamples(server, server.emulators)
  printNext(printer, config, server)
  if (!once) return
  if (!allLive) process.exitCode = 1
  await stopping.stop()
}

async function showSamples(server: RunningServer, emulators: EmulatorUrls): Promise<boolean> {
  const [{ createApiClient }, { runQuickstart }] = await Promise.all([
    import('./quickstart/api-client.ts'),
    import('./quickstart/run-quickstart.ts'),
  ])
  const api = createApiClient({ baseUrl: server.url, key: server.firstKey?.text ?? '' })
  return runQuickstart({
    api,
    emulators,
    printer: createLivePrinter(process.stdout),
    monotonic: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

/** A first signal stops in order, a second one at once. */
function stopOnSignal(stopAll: () => Promise<void>): { stop(): Promise<void> } {
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopped) process.exit(1)
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
    })
  }
  return { stop }
}

/** What somebody can act on is a sentence; a stack is for mistakes of ours. */
function fail(error: unknown): never {
  const isExpected = error instanceof ConfigError || error instanceof StartError || isSocialError(error)
  console.error(isExpected ? error.message : error)
  process.exit(1)
}

main().catch(fail)
