import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createPostgresDatabase, postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findLeftTemporal } from './left-temporal.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const script = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url))
const timeoutMs = 120_000
const run = promisify(execFile)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-start-'))
})
/** What a test that failed leaves behind must not go on. */
const running = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  readonly pid: number | undefined
  readonly output: () => string
  readonly exit: Promise<number | null>
  kill(signal: NodeJS.Signals): void
  /** Waits until the text was written. */
  says(text: string): Promise<void>
}

/** What the README shows, with nothing changed but address and key. A machine without curl tries it in CI only. */
async function runReadme({ api, key }: { readonly api: string; readonly key: string }): Promise<void> {
  const hasCurl = await run('curl', ['--version']).then(
    () => true,
    () => false,
  )
  if (!hasCurl && !process.env.CI) return
  const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
  const [, examples = ''] = /```bash\n([\s\S]*?)```/.exec(readme) ?? []
  const environment = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, API: api, KEY: key }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', examples], { cwd: root, env: environment })
  expect(stdout).toContain('"result":"canceled"')
  expect(stdout).toContain('publication.published')
}

interface EmulatedPost {
  readonly kind: string
  readonly mediaSha256: readonly string[]
}

/** The other side's truth. */
async function readPosts(shown: string, platform: string): Promise<readonly EmulatedPost[]> {
  const [, port] = new RegExp(`${platform} +→ emulator on :(\\d+)`).exec(shown) ?? []
  const response = await fetch(`http://127.0.0.1:${port}/_emulator/posts`)
  return (await response.json()) as readonly EmulatedPost[]
}

async function hashSample(name: string): Promise<string> {
  const bytes = await readFile(new URL(`../samples/${name}`, import.meta.url))
  return createHash('sha256').update(bytes).digest('hex')
}

/** What `npm start` runs, with a data folder and ports of its own. */
function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Started {
  const child = spawn(process.execPath, [...nodeArgs, '--conditions=@ofm-social/source', script, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', OFM_EMULATOR_PORT: '0', ...environment },
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    pid: child.pid,
    output: () => output,
    exit,
    kill: (signal) => void child.kill(signal),
    says: (text) =>
      new Promise((resolve, reject) => {
        const check = () => output.includes(text) && resolve()
        child.stdout.on('data', check)
        exit.then(() => reject(new Error(`It ended without saying ${text}:\n${output}`)))
        check()
      }),
  }
}

describe('npm start', () => {
  test('publishes the samples, survives kill -9, continues, and stops in order', {
    timeout: 2 * timeoutMs,
  }, async () => {
    const data = join(folder, 'trial')
    const first = start([], { OFM_DATA_DIR: data })
    await first.says('/v1/publications\n')
    const shown = first.output()
    expect(shown.match(/ published +\d+\.\d s/g)).toHaveLength(6)
    expect(shown).toMatch(/the answer was lost ▸ looking ▸ found +\d+\.\d s +one post is live, not two/)
    expect(shown).toContain('✓ clip.mp4     1080×1920  6 s  H.264      fits x, instagram')
    const key = (await readFile(join(data, 'first-key'), 'utf8')).trim()
    expect(shown).toContain(key)
    for (const name of ['first-key', 'secret-key']) expect((await stat(join(data, name))).mode & 0o777).toBe(0o600)

    expect(await readPosts(shown, 'x')).toHaveLength(6)
    const onInstagram = await readPosts(shown, 'instagram')
    const [photo, evening, clip] = await Promise.all(['photo.jpg', 'evening.jpg', 'clip.mp4'].map(hashSample))
    expect(onInstagram.map(({ kind, mediaSha256 }) => [kind, mediaSha256])).toEqual(
      expect.arrayContaining([
        ['image', [photo]],
        ['reel', [clip]],
        ['carousel', [photo, evening]],
      ]),
    )
    expect(onInstagram).toHaveLength(3)
    for (const [address] of shown.matchAll(/http:\S+instagram\.com\/(?:p|reel)\/\S+/g)) {
      expect(await (await fetch(address)).text()).toContain('@ada_demo')
    }
    const [page = ''] = /http:\S+\/status\/\d+/.exec(shown) ?? []
    expect(await (await fetch(page)).text()).toContain('First light')
    const [, api = ''] = /API +(\S+)/.exec(shown) ?? []
    const answer = await fetch(`${api}/v1/publications`, { headers: { authorization: `Bearer ${key}` } })
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(7)

    await runReadme({ api, key })

    const second = start(['--once'], { OFM_DATA_DIR: data })
    expect(await second.exit).toBe(1)
    expect(second.output()).toMatch(/^Another server \(process \d+\) works in this folder: .*\n$/)

    first.kill('SIGKILL')
    await first.exit
    const third = start(['--once'], { OFM_DATA_DIR: data })
    expect(await third.exit).toBe(0)
    expect(third.output().match(/published already/g)).toHaveLength(7)
    expect(third.output()).not.toContain(key)

    const fourth = start([], { OFM_DATA_DIR: data })
    await fourth.says('/v1/publications\n')
    fourth.kill('SIGTERM')
    expect(await fourth.exit).toBe(0)
    await expect(access(join(data, 'lock'))).rejects.toThrow()
  })
})

describe.skipIf(!postgresAdminUrl)('npm start on PostgreSQL, as an ordinary login', () => {
  test('publishes the samples, then runs in production with the same key', { timeout: timeoutMs }, async () => {
    const database = await createPostgresDatabase()
    const data = join(folder, 'postgres')
    const trial = start(['--once'], { OFM_DATA_DIR: data, DATABASE_URL: database.url })
    expect(await trial.exit).toBe(0)
    expect(trial.output()).toContain('database        PostgreSQL')
    expect(trial.output()).toContain('one post is live, not two')

    const server = start([], {
      OFM_DATA_DIR: data,
      DATABASE_URL: database.url,
      OFM_KEY: (await readFile(join(data, 'secret-key'), 'utf8')).trim(),
      ...{ NODE_ENV: 'production', X_CLIENT_ID: 'id', OFM_DRAIN_MS: '0' },
    })
    await server.says('/v1/publications\n')
    const [, api = ''] = /API +(\S+)/.exec(server.output()) ?? []
    expect(await (await fetch(`${api}/readyz`)).json()).toEqual({
      status: 'ready',
      storage: 'durable',
      engine: 'running',
    })
    server.kill('SIGTERM')
    expect(await server.exit).toBe(0)
    await database.drop()
  })
})

/** Whether anybody listens there, whatever he speaks. */
const isOpen = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host = '', port = ''] = address.split(':')
    const socket = connect(Number(port), host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

describe.skipIf(!process.env.TEMPORAL_CLI_PATH)('npm start -- --engine temporal', () => {
  const addressOf = (started: Started): string => /engine +Temporal at (\S+)/.exec(started.output())?.[1] ?? ''

  test('starts a server and publishes the samples on it; what kill -9 leaves is used again, and stopped', {
    timeout: 2 * timeoutMs,
  }, async () => {
    const data = join(folder, 'temporal')
    const environment = { OFM_DATA_DIR: data, TEMPORAL_CLI_PATH: process.env.TEMPORAL_CLI_PATH ?? '' }
    const first = start(['--engine', 'temporal'], environment)
    // Nobody tells when the port of another program opens.
    const address = await vi.waitFor(
      async () => {
        const left = await findLeftTemporal(join(data, 'temporal.db'))
        if (!left || !(await isOpen(`127.0.0.1:${left.port}`))) throw new Error('The dev server does not listen yet.')
        return `127.0.0.1:${left.port}`
      },
      { interval: 50, timeout: timeoutMs },
    )

    const beside = start(['--engine', 'temporal'], environment)
    expect(await beside.exit).toBe(1)
    expect(beside.output()).toMatch(/^Another server \(process \d+\) works in this folder: /)
    first.kill('SIGKILL')
    await first.exit
    expect(await isOpen(address)).toBe(true)

    const second = start(['--once', '--engine', 'temporal'], environment)
    expect(await second.exit, second.output()).toBe(0)
    expect(second.output()).toContain('one post is live, not two')
    expect(addressOf(second)).toBe(address)
    expect(await isOpen(address)).toBe(false)
  })
})

describe.skipIf(!postgresAdminUrl || !temporalAddress)('the API and the workers apart', () => {
  /** What Temporal says of workers that ask for no rate. */
  const unlimited = 100_000

  const readHealth = async (started: Started) => {
    await started.says('http://')
    const [, api = ''] = /(?:API|probes) +(\S+)/.exec(started.output()) ?? []
    const probe = await fetch(`${api}/readyz`)
    return { api, status: probe.status, body: (await probe.json()) as unknown }
  }

  /** Which of the processes take work from each queue, and the rate that they ask for, where there is one. */
  const readPollers = async (address: string, processes: readonly Started[]) => {
    const connection = await Connection.connect({ address })
    const read = async (name: string): Promise<[string, unknown]> => {
      // Of workflow tasks, and of activities.
      const types = [1, 2]
      const answers = await Promise.all(
        types.map((taskQueueType) =>
          connection.workflowService.describeTaskQueue({ namespace: 'default', taskQueue: { name }, taskQueueType }),
        ),
      )
      const pollers = answers.flatMap((answer) => answer.pollers ?? [])
      const taking = processes.flatMap(({ pid }) => {
        const own = pollers.find(({ identity }) => identity?.startsWith(`${pid}@`))
        return own ? [[pid, own.ratePerSecond]] : []
      })
      return [name, taking]
    }
    const queues = ['ofm-workflows', 'ofm-platform-x', 'ofm-media']
    const pollers = Object.fromEntries(await Promise.all(queues.map(read)))
    await connection.close()
    return pollers
  }

  test('say what they are ready for, with Temporal and without', { timeout: timeoutMs }, async () => {
    const database = await createPostgresDatabase()
    const common = {
      ...{ DATABASE_URL: database.url, OFM_KEY: randomBytes(32).toString('base64') },
      ...{ NODE_ENV: 'production', X_CLIENT_ID: 'id', OFM_DRAIN_MS: '0', LOG_LEVEL: 'silent' },
    }
    const open = (role: string, address: string, parts = '') =>
      start([], {
        ...{ ...common, OFM_DATA_DIR: join(folder, role + parts), OFM_ROLE: role, OFM_WORKER_PARTS: parts },
        TEMPORAL_ADDRESS: address,
        ...(role === 'worker' ? { OFM_WORKER_STARTS_PER_SECOND: 'x:7' } : {}),
      })
    const ready = { status: 'ready', storage: 'durable' }
    const address = temporalAddress ?? ''
    const [api, workflows, steps] = [
      open('api', address),
      open('worker', address, 'workflows'),
      open('worker', address, 'platforms,media'),
    ]
    expect(await readHealth(api)).toMatchObject({ status: 200, body: { ...ready, engine: 'elsewhere' } })
    for (const worker of [workflows, steps]) {
      // Readiness is a question: no process tells of it by itself.
      await expect
        .poll(() => readHealth(worker), { interval: 200, timeout: timeoutMs })
        .toMatchObject({ status: 200, body: { ...ready, engine: 'running' } })
    }
    await expect
      .poll(() => readPollers(address, [workflows, steps]), { timeout: timeoutMs })
      .toEqual({
        'ofm-workflows': [[workflows.pid, unlimited]],
        'ofm-platform-x': [[steps.pid, 7]],
        'ofm-media': [[steps.pid, unlimited]],
      })
    const { api: workerUrl } = await readHealth(steps)
    expect((await fetch(`${workerUrl}/v1/publications`)).status).toBe(404)
    for (const started of [api, workflows, steps]) started.kill('SIGTERM')
    expect(await Promise.all([api.exit, workflows.exit, steps.exit])).toEqual([0, 0, 0])

    const nowhere = '127.0.0.1:9'
    const [lonelyApi, lonelyWorker] = [open('api', nowhere), open('worker', nowhere)]
    expect(await readHealth(lonelyApi)).toMatchObject({ status: 200, body: { ...ready, engine: 'away' } })
    const notReady = { status: 503, body: { status: 'not_ready', obstacles: ['engine'] } }
    expect(await readHealth(lonelyWorker)).toMatchObject(notReady)
    for (const started of [lonelyApi, lonelyWorker]) started.kill('SIGTERM')
    expect(await Promise.all([lonelyApi.exit, lonelyWorker.exit])).toEqual([0, 0])
    await database.drop()
  })
})

describe('a start that cannot succeed says in a sentence what to do', () => {
  const expectSentence = async (started: Started, sentence: RegExp) => {
    expect(await started.exit).toBe(1)
    expect(started.output()).toMatch(sentence)
    expect(started.output()).not.toMatch(/^\s+at /m)
  }

  test('when there is no program of Temporal', { timeout: timeoutMs }, async () => {
    const environment = { OFM_DATA_DIR: join(folder, 'no-program'), PATH: '/nowhere' }
    await expectSentence(
      start(['--engine', 'temporal'], environment),
      /^There is no program `temporal`.*go install \S+@v1/,
    )
  })

  test('when a port is in use', { timeout: timeoutMs }, async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    const data = join(folder, 'ports')
    await expectSentence(
      start([], { OFM_DATA_DIR: data, PORT: String(port) }),
      /^Port \d+ is in use\. .*PORT=\d+ npm start/,
    )
    const emulator = start([], { OFM_DATA_DIR: data, OFM_EMULATOR_PORT: String(port) })
    await expectSentence(emulator, /^Port \d+ is in use; the emulator .*OFM_EMULATOR_PORT/)
    taken.close()
  })

  test('when the data folder is no folder, or holds a database that is none', { timeout: timeoutMs }, async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expectSentence(start([], { OFM_DATA_DIR: file }), /cannot be written: a file stands where the folder/)
    const broken = join(folder, 'broken')
    await mkdir(join(broken, 'db'), { recursive: true })
    await writeFile(join(broken, 'db', 'PG_VERSION'), 'none')
    await expectSentence(
      start([], { OFM_DATA_DIR: broken }),
      /db cannot be opened; it is damaged.*Move the folder away/,
    )
  })

  test('when the configuration is wrong, all of it', { timeout: timeoutMs }, async () => {
    await expectSentence(start([], { PORT: 'x', S3_BUCKET: 'M' }), /^PORT must be .*\nS3_BUCKET must be .*\n$/)
  })

  test('when nothing listens at DATABASE_URL', { timeout: timeoutMs }, async () => {
    const environment = { OFM_DATA_DIR: join(folder, 'no-database'), DATABASE_URL: 'postgres://u:CANARY@127.0.0.1:1/x' }
    const started = start([], environment)
    await expectSentence(started, /^The database of DATABASE_URL does not answer: nothing listens there\.\n$/)
    expect(started.output()).not.toContain('CANARY')
  })

  test('when Node is too old', { timeout: timeoutMs }, async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.0'})`
    await expectSentence(start([], {}, ['--import', old]), /needs Node 22\.19 or newer; this is Node 20\.20\.0/)
  })
})
