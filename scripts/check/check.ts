import { spawn } from 'node:child_process'

/** What `npm run check` runs. All run, whatever fails: one run shows everything there is to repair. */
const checks = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'import arrows', command: ['vitest', 'run', '--reporter=dot', 'scripts/check/import-arrows.test.ts'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'publishable packages', command: ['node', 'scripts/check/packages.ts'] },
] as const

const processesMax = 2

type Check = (typeof checks)[number]

async function main(): Promise<void> {
  const waiting = [...checks]
  const failed: string[] = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedAt = performance.now()
      const { code, output } = await run(check)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      if (code !== 0) failed.push(check.name)
      console.log(
        `${code === 0 ? '✓' : '✗'} ${check.name.padEnd(22)} ${seconds} s${code === 0 ? '' : `\n${indent(output)}`}`,
      )
    }
  }
  await Promise.all(Array.from({ length: processesMax }, work))
  console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

function run({ command: [program, ...args] }: Check): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ')
}

await main()
