import { describe, expect, test } from 'vitest'
import { useNotesEmulator } from './notes-emulator.test-support.ts'

const rig = useNotesEmulator()
const { clock, write, control, hit, texts } = rig

describe('the control interface', () => {
  test('shows credentials, posts and requests, and records no call of its own', async () => {
    await write('hello')
    expect(await (await control('GET', 'credentials')).json()).toMatchObject({ accounts: [{ accessToken: 'seeded' }] })
    expect(await (await control('GET', 'posts')).json()).toMatchObject([{ text: 'hello', removedAt: null }])
    expect(await (await control('GET', 'requests')).json()).toEqual([
      { method: 'POST', path: '/notes', status: 201, fault: null },
    ])
  })

  test('adds and removes faults', async () => {
    const rule = { match: { path: '/now' }, times: 5, fault: { kind: 'refuse', status: 500 } }
    expect((await control('POST', 'faults', rule)).status).toBe(200)
    expect((await fetch(`${rig.emulator.url}/now`)).status).toBe(500)
    await control('DELETE', 'faults')
    expect((await fetch(`${rig.emulator.url}/now`)).status).toBe(200)
  })

  test('names everything that is wrong with an input', async () => {
    const answer = await control('POST', 'faults', {
      match: { path: 'notes', pathPattern: '(' },
      times: 0,
      fault: { kind: 'refuse' },
      extra: 1,
    })
    expect(answer.status).toBe(400)
    const problems = await readProblems(answer)
    expect(problems.map(({ path }) => path).sort()).toEqual([
      '',
      'fault/status',
      'match',
      'match/path',
      'match/pathPattern',
      'times',
    ])
    for (const [path, body] of [
      ['faults', { match: { path: '/a', pathPattern: 'a' }, fault: { kind: 'reset_before' } }],
      ['faults', { match: {}, fault: { kind: 'unknown' } }],
      ['clock', { advanceMs: -1 }],
      ['clock', undefined],
      ['posts/1/metrics', {}],
      ['posts/1/metrics', { curve: [] }],
    ] as const) {
      const refused = await control('POST', path, body)
      expect([path, refused.status, (await readProblems(refused)).length > 0]).toEqual([path, 400, true])
    }
  })

  test('knows unknown calls, wrong methods and unknown posts', async () => {
    const unknown = await control('GET', 'nothing')
    expect([unknown.status, await readProblems(unknown)]).toEqual([
      404,
      [
        {
          path: '',
          problem: `no such call; there are: ${[
            'GET /_emulator/credentials',
            'GET /_emulator/posts',
            'GET /_emulator/requests',
            'POST /_emulator/faults',
            'DELETE /_emulator/faults',
            'POST /_emulator/clock',
            'POST /_emulator/posts/:id/metrics',
            'POST /_emulator/reset',
            'POST /_emulator/notes/:id/text',
          ].join(', ')}`,
        },
      ],
    ])
    const wrong = await control('GET', 'faults')
    expect([wrong.status, await readProblems(wrong)]).toEqual([
      405,
      [{ path: '', problem: 'no such call; there are: POST /_emulator/faults, DELETE /_emulator/faults' }],
    ])
    expect((await control('GET', 'notes/1/text')).status).toBe(405)
    expect((await control('POST', 'posts/9/metrics', { likes: 1 })).status).toBe(404)
    expect((await control('POST', 'posts/%E0%A4%A/metrics', { likes: 1 })).status).toBe(404)
  })

  test('sets counters', async () => {
    await write('hello')
    expect((await control('POST', 'posts/1/metrics', { likes: 7 })).status).toBe(200)
    expect(await (await fetch(`${rig.emulator.url}/notes/1`)).json()).toMatchObject({ likes: 7 })
  })

  test('names the counters that there are for one that there is not', async () => {
    await write('hello')
    const refused = await control('POST', 'posts/1/metrics', { likes: 7, like_count: 7 })
    const problem = 'is no counter; there are: likes, shares'
    expect([refused.status, await readProblems(refused)]).toEqual([400, [{ path: 'like_count', problem }]])
    const curve = [{ afterMs: 0, counters: { shared: 1 } }]
    expect(await readProblems(await control('POST', 'posts/1/metrics', { curve }))).toEqual([
      { path: 'curve/0/counters/shared', problem },
    ])
    expect(() => rig.emulator.setMetrics('1', { cats: 1 })).toThrow(`cats ${problem}`)
    expect(await (await fetch(`${rig.emulator.url}/notes/1`)).json()).toMatchObject({ likes: 0 })
  })

  test('moves the clock, and a reset brings everything back', async () => {
    const readNow = async () => Object((await (await fetch(`${rig.emulator.url}/now`)).json()) as unknown).now as number
    await write('hello')
    hit({ kind: 'reset_before' })
    await control('POST', 'clock', { advanceMs: 5000 })
    expect(await readNow()).toBe(clock.now() + 5000)
    await control('POST', 'reset')
    expect(await readNow()).toBe(clock.now())
    expect([texts(), rig.emulator.requests().length]).toEqual([[], 1])
    expect((await write('hello')).status).toBe(201)
  })
})

test('has control calls of its own, which no fault hits and no record shows', async () => {
  await write('a')
  rig.emulator.addFault({ match: {}, fault: { kind: 'reset_before' } })
  expect((await control('POST', 'notes/1/text', { text: 'b' })).status).toBe(200)
  expect((await control('POST', 'notes/2/text', { text: 'b' })).status).toBe(404)
  expect(rig.emulator.posts()).toMatchObject([{ text: 'b' }])
  expect(rig.emulator.requests()).toHaveLength(1)
})

async function readProblems(answer: Response): Promise<{ path: string; problem: string }[]> {
  const { problems } = (await answer.json()) as { problems: { path: string; problem: string }[] }
  return problems
}
