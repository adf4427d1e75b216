import { relative } from 'node:path'
import type { Config } from '../config.ts'
import type { RunningServer } from '../start-server.ts'
import type { LivePrinter } from './print-lines.ts'

/** Which parts run, and which setting changes each. */
export function printBanner(printer: LivePrinter, config: Config, server: RunningServer): void {
  const folder = toShown(config.dataFolder)
  const isLocal = server.database === 'PGlite' && server.emulatorUrl !== null
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
    server.emulatorUrl === null
      ? ['platforms', 'x', '']
      : ['platforms', `x → emulator on :${new URL(server.emulatorUrl).port}`, '(X_CLIENT_ID for the real one)'],
  ]
  printer.line('')
  printer.line(`  OFM Social OS${isLocal ? '   everything runs in this process; nothing leaves this machine' : ''}`)
  for (const [name = '', what = '', hint = ''] of rows) {
    printer.line(`  ${name.padEnd(16)}${what.padEnd(27)} ${hint}`.trimEnd())
  }
  printer.line('')
}

/** Where to go on. */
export function printNext(printer: LivePrinter, config: Config, { url, firstKey }: RunningServer): void {
  const file = `${toShown(config.dataFolder)}/first-key`
  printer.line('')
  printer.line(`  API       ${url}         reference ${url}/docs`)
  if (firstKey?.isNew) printer.line(`  key       ${firstKey.text}   (shown once, also in ${file})`)
  else if (firstKey) printer.line(`  key       in ${file}`)
  if (firstKey) printer.line(`  next      curl -H "authorization: Bearer $(cat ${file})" ${url}/v1/publications`)
  printer.line('')
}

function toShown(folder: string): string {
  const shown = relative(process.cwd(), folder)
  return shown.startsWith('..') ? folder : shown
}
