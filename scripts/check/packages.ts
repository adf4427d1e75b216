import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readWorkspacePackages, type WorkspacePackage } from './workspace-packages.ts'

const execute = promisify(execFile)

interface Packed {
  readonly tarball: string
  readonly files: readonly string[]
}

/**
 * Builds and packs each published package, then uses the tarballs as a stranger would: in an empty project in which
 * only what the package declares can be found. All findings are printed, not only the first.
 */
async function main(): Promise<void> {
  const published = readWorkspacePackages().filter(({ manifest }) => !manifest.private)
  const consumer = mkdtempSync(join(tmpdir(), 'ofm-packages-'))
  try {
    const findings = (await Promise.all(published.map((item) => checkPackage(item, consumer)))).flat()
    if (findings.length === 0) findings.push(...(await checkConsumer(published, consumer)))
    for (const finding of findings) console.error(finding)
    process.exitCode = findings.length === 0 ? 0 : 1
  } finally {
    rmSync(consumer, { recursive: true, force: true })
  }
}

async function checkPackage({ folder, manifest }: WorkspacePackage, consumer: string): Promise<string[]> {
  const built = await attempt(`${manifest.name}: build`, 'npm', ['run', 'build', '--workspace', manifest.name])
  if (built.length > 0) return built
  const { tarball, files } = await pack(manifest.name, consumer)
  const installed = join(consumer, 'node_modules', manifest.name)
  mkdirSync(installed, { recursive: true })
  await execute('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  linkLibraries({ folder, manifest }, installed)
  const needed = ['README.md', 'LICENSE', 'package.json']
  return [
    ...needed
      .filter((file) => !files.includes(file))
      .map((file) => `${manifest.name}: ${file} is missing in the package`),
    ...files
      .filter((file) => /\.test(-d)?\.ts$|__fixtures__/.test(file))
      .map((file) => `${manifest.name}: ships ${file}`),
    ...(await attempt(`${manifest.name}: publint`, 'publint', ['run', tarball, '--strict'])),
    ...(await attempt(`${manifest.name}: are the types wrong`, 'attw', [tarball, '--profile', 'esm-only'])),
  ]
}

async function pack(name: string, destination: string): Promise<Packed> {
  const args = ['pack', '--workspace', name, '--pack-destination', destination, '--json', '--ignore-scripts']
  const { stdout } = await execute('npm', args, { maxBuffer: 64 * 1024 * 1024 })
  const answer: unknown = JSON.parse(stdout)
  const [first] = Object.values(answer as Record<string, { filename: string; files: { path: string }[] }>)
  if (!first) throw new Error(`npm pack printed no package for ${name}.`)
  return { tarball: join(destination, first.filename), files: first.files.map(({ path }) => path) }
}

/** Makes the declared libraries of a package resolvable from it, and no others. */
function linkLibraries({ folder, manifest }: Pick<WorkspacePackage, 'folder' | 'manifest'>, installed: string): void {
  for (const library of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const source = [join(folder, 'node_modules', library), join('node_modules', library)].find((path) =>
      existsSync(path),
    )
    if (!source || library.startsWith('@ofm-social/')) continue
    const link = join(installed, 'node_modules', library)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(resolve(source), link)
  }
}

/** Loads every entry from ESM and from CommonJS, and compiles an import of it without our export condition. */
async function checkConsumer(published: readonly WorkspacePackage[], consumer: string): Promise<string[]> {
  const entries = published.flatMap(({ manifest, entries }) =>
    [...entries.keys()].map((entry) => join(manifest.name, entry)),
  )
  const imports = entries.map((entry) => `await import('${entry}')`).join('\n')
  const requires = entries.map((entry) => `require('${entry}')`).join('\n')
  const typed = entries.map((entry, index) => `export * as entry${index} from '${entry}'`).join('\n')
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(consumer, 'load.mjs'), imports)
  writeFileSync(join(consumer, 'load.cjs'), requires)
  writeFileSync(join(consumer, 'consumer.ts'), typed)
  cpSync('node_modules/@types/node', join(consumer, 'node_modules/@types/node'), { recursive: true })
  cpSync('node_modules/undici-types', join(consumer, 'node_modules/undici-types'), { recursive: true })
  const inside = { cwd: consumer }
  return [
    ...(await attempt('import()', 'node', ['load.mjs'], inside)),
    ...(await attempt('require()', 'node', ['load.cjs'], inside)),
    ...(await checkWorkflowBundle(consumer)),
    ...(await checkDeclarations(consumer)),
  ]
}

/** Workflows built from what is published, as in a host's own build, replay a history of a version that is out. */
async function checkWorkflowBundle(consumer: string): Promise<string[]> {
  const folder = resolve('packages/temporal/src/workflows/__fixtures__')
  const inSdk = `createRequire(import.meta.resolve('@ofm-social/temporal/worker'))`
  writeFileSync(
    join(consumer, 'bundle.mjs'),
    `
    import { readFileSync } from 'node:fs'
    import { createRequire } from 'node:module'
    import { buildWorkflowBundle } from '@ofm-social/temporal/worker'
    const { DefaultLogger, Runtime, Worker } = ${inSdk}('@temporalio/worker')
    Runtime.install({ logger: new DefaultLogger('ERROR') })
    const workflowBundle = await buildWorkflowBundle()
    for (const name of ['0.1.0-lost-answer-looked-up', '0.1.0-tend-sweep'])
      await Worker.runReplayHistory({ workflowBundle }, JSON.parse(readFileSync(\`${folder}/\${name}.json\`, 'utf8')))
    `,
  )
  return attempt('workflow bundle', 'node', ['bundle.mjs'], { cwd: consumer })
}

/** Only our own declarations count: those of the libraries have their own users. */
async function checkDeclarations(consumer: string): Promise<string[]> {
  const strict = [
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    'false',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ]
  const [output = ''] = await attempt('declarations', resolve('node_modules/.bin/tsc'), [...strict, 'consumer.ts'], {
    cwd: consumer,
  })
  const ours = output.split('\n').filter((line) => /^(node_modules\/@ofm-social\/|consumer\.ts)/.test(line))
  return ours.map((line) => `declarations: ${line}`)
}

/** Runs a program and returns what it printed when it failed. */
async function attempt(
  what: string,
  program: string,
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<string[]> {
  try {
    await execute(program, args, { ...options, maxBuffer: 64 * 1024 * 1024 })
    return []
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    return [`${what}\n${`${stdout}\n${stderr}`.trim() || message}`]
  }
}

await main()
