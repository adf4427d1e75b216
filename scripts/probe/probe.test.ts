import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { afterEach, expect, test } from 'vitest'

let emulator: Awaited<ReturnType<typeof startXEmulator>> | undefined
afterEach(() => emulator?.close())

/** Starts the command as an operator does. */
async function start(args: readonly string[], accessToken = '') {
  const file = new URL('./probe.ts', import.meta.url).pathname
  const options = ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source', file]
  const child = spawn(process.execPath, [...options, ...args], {
    env: { PATH: process.env.PATH, OFM_PROBE_X_ACCESS_TOKEN: accessToken },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  return { child, ended: once(child, 'close').then(([code]) => ({ code, output })) }
}

async function startX(timelineLagMs = 0) {
  emulator = await startXEmulator({ now: () => 1_780_000_000_000, timelineLagMs })
  return { emulator, accessToken: String(emulator.credentials().accounts[0]?.accessToken) }
}

test('without --yes it sends nothing, says what it would cost, and what it would not ask', async () => {
  const x = await startX()
  const { ended } = await start(['x', '--base-url', x.emulator.url], x.accessToken)
  const { code, output } = await ended
  expect(code).toBe(0)
  expect(output).toContain('delete-twice: What does deleting a post that is gone answer?\n  POST /2/tweets  $0.015')
  expect(output).toMatch(/mention-of-stranger: .* Needs the name of an account .*--with stranger=…/)
  expect(output).toContain('How long does a refresh token live? Needs a wait of months.')
  expect(output).toMatch(/At most \$\d+(\.\d+)? at list prices\. Nothing was sent/)
  expect(x.emulator.requests()).toEqual([])
})

test('asks, prints what X did, and never a token', async () => {
  const x = await startX()
  const args = ['x', '--yes', '--json', '--only', 'delete-twice', '--base-url', x.emulator.url]
  const { code, output } = await (await start(args, x.accessToken)).ended
  expect(code).toBe(0)
  expect(JSON.parse(output).findings).toMatchObject([{ name: 'delete-twice', verdict: 'as_assumed' }])
  expect(output).not.toContain(x.accessToken)
})

test('mistakes are named with the usage, and end with 2', async () => {
  const unknown = await (await start(['instagran'])).ended
  expect(unknown).toMatchObject({
    code: 2,
    output: expect.stringContaining('There are probes of: x, instagram.\nnpm run'),
  })
  const { code, output } = await (await start(['instagram', 'x', '--wait', 'x'])).ended
  expect(code).toBe(2)
  expect(output).toContain('There are probes of: instagram.\n--wait x is no number of hours.\nnpm run probe -- x')
})

test('an answer that settles nothing ends with 1', async () => {
  const x = await startX()
  const args = ['x', '--yes', '--only', 'create-answer', '--base-url', x.emulator.url]
  const { code, output } = await (await start(args, 'wrong')).ended
  expect(code).toBe(1)
  expect(output).toContain('observed nothing (unclear')
})

test('Ctrl-C in the middle of a wait deletes what was posted', async () => {
  const x = await startX(3_600_000)
  const args = ['x', '--yes', '--only', 'timeline-lag', '--only', 'delete-twice', '--base-url', x.emulator.url]
  const { child, ended } = await start(args, x.accessToken)
  const isWaiting = () => x.emulator.requests().some(({ path }) => path.endsWith('/tweets') && path.includes('/users/'))
  await expect.poll(isWaiting, { timeout: 60_000, interval: 50 }).toBe(true)
  child.kill('SIGINT')
  const { code, output } = await ended
  expect(code).toBe(130)
  expect(output).toContain('Stopping; what was posted is deleted.')
  expect(x.emulator.posts().filter(({ removedAt }) => removedAt === null)).toEqual([])
  expect(output).toMatch(/timeline-lag: .*\n.*unclear.*\n {2}Stopped\./)
})
