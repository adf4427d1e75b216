import { relative } from 'node:path'
import type { Config } from '../config.ts'
import type { RunningServer } from '../start-server.ts'
import type { LivePrinter } from './print-lines.ts'

/** Which parts run, and which setting changes each. */
export function printBanner(printer: LivePrinter, config: Config, server: RunningServer): void {
  const folder = toShown(config.dataFolder)
  const isLocal = server.database === 'PGlite' && server.emulators !== null && config.temporal === null
  const rows = [
    server.database === 'PGlite'
      ? ['database', `PGlite in ${folder}/db`, '(DATABASE_URL for PostgreSQL)']
      : ['database', 'PostgreSQL', ''],
    config.temporal === null
      ? ['engine', 'in process', '(TEMPORAL_ADDRESS for Temporal)']
      : ['engine', `Temporal at ${config.temporal.address}`, config.temporal.uiUrl ?? ''],
    config.s3 === null
      ? ['files', `${folder}/assets`, '(S3_BUCKET for S3)']
      : ['files', `S3, bucket ${config.s3.bucket}`, ''],
    ...listPlatforms(server),
  ]
  printer.line('')
  printer.line(`  OFM Social OS${isLocal ? '   everything runs in this process; nothing leaves this machine' : ''}`)
  for (const [name = '', what = '', hint = ''] of rows) {
    printer.line(`  ${name.padEnd(16)}${what.padEnd(31)} ${hint}`.trimEnd())
  }
  printer.line('')
}

/** One row for each emulator: a browser shows there what is live. */
function listPlatforms({ emulators, platforms }: RunningServer): string[][] {
  if (emulators === null) return [['platforms', platforms.join(', '), '']]
  return Object.entries(emulators).map(([name, url], index) => [
    index === 0 ? 'platforms' : '',
    `${name.padEnd(9)} → emulator on :${new URL(url).port}`,
    index === 0 ? '(X_CLIENT_ID, INSTAGRAM_CLIENT_ID for the real ones)' : '(both of its logins)',
  ])
}

/** Where to go on. */
export function printNext(printer: LivePrinter, config: Config, { url, firstKey }: RunningServer): void {
  const file = `${toShown(config.dataFolder)}/first-key`
  printer.line('')
  if (config.role === 'worker') printer.line(`  probes    ${url}         /livez and /readyz, nothing else`)
  else printer.line(`  API       ${url}         reference ${url}/docs`)
  if (firstKey?.isNew) printer.line(`  key       ${firstKey.text}   (shown once, also in ${file})`)
  else if (firstKey) printer.line(`  key       in ${file}`)
  if (firstKey) printer.line(`  next      curl -H "authorization: Bearer $(cat ${file})" ${url}/v1/publications`)
  printer.line('')
}

function toShown(folder: string): string {
  const shown = relative(process.cwd(), folder)
  return shown.startsWith('..') ? folder : shown
}
