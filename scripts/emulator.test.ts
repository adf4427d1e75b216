import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const running = new Set<ChildProcess>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

test('says where it is in one line, keeps its state in a file, and ends with a signal', async () => {
  const state = join(await mkdtemp(join(tmpdir(), 'emulator-')), 'x.json')
  const first = await start('x', '--port', '0', '--state', state)
  const [account] = ((await (await fetch(`${first.url}/_emulator/credentials`)).json()) as Credentials).accounts
  const headers = { authorization: `Bearer ${account?.accessToken}`, 'content-type': 'application/json' }
  await fetch(`${first.url}/2/tweets`, { method: 'POST', headers, body: '{"text":"kept"}' })
  const inUse = await run('x', '--port', new URL(first.url).port)
  expect(inUse).toEqual({ code: 1, output: '', errors: expect.stringMatching(/^Port \d+ is in use; [^\n]+\n$/) })
  first.child.kill('SIGTERM')
  await once(first.child, 'exit')
  expect(first.child.exitCode).toBe(0)

  const second = await start('x', '--port', '0', '--state', state)
  expect(await (await fetch(`${second.url}/_emulator/posts`)).json()).toMatchObject([{ text: 'kept' }])
})

test('names what there is when the platform or a switch is unknown', async () => {
  expect(await run('y')).toMatchObject({ code: 1, errors: expect.stringContaining('there are: ') })
  expect(await run('x', '--port', '0', '--set', 'typo=1')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('typo'),
  })
})

interface Credentials {
  readonly accounts: readonly { readonly accessToken: string }[]
}

async function start(...args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = launch(args)
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const { platform, url } = JSON.parse(line.toString()) as { platform: string; url: string }
  expect(platform).toBe(args[0])
  return { child, url }
}

async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = launch(args)
  const texts = { output: '', errors: '' }
  child.stdout?.on('data', (chunk) => {
    texts.output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    texts.errors += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...texts }
}

function launch(args: readonly string[]): ChildProcess {
  const script = join(import.meta.dirname, 'emulator.ts')
  const options = ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source', script, ...args]
  const child = spawn(process.execPath, options)
  running.add(child)
  return child
}
