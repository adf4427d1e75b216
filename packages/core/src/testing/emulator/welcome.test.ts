import { describe, expect, test } from 'vitest'
import { notesPlatform, useNotesEmulator } from './notes-emulator.test-support.ts'
import { startEmulator } from './start-emulator.ts'

const rig = useNotesEmulator()
const visit = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${rig.emulator.url}${path}`, { headers })

describe('who looks at an emulator', () => {
  test.each(['/', '/_emulator', '/_emulator/'])('learns at %s what it is and how it is driven', async (path) => {
    rig.emulator.addFault({ match: {}, fault: { kind: 'reset_before' } })
    const { url } = rig.emulator
    const answer = await visit(path)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        platform: 'notes',
        about: 'The emulator of notes: a local server that behaves like the platform. Nothing leaves this machine.',
        baseUrl: url,
        pages: `${url}/pages`,
        controls: expect.arrayContaining(['GET /_emulator/credentials', 'POST /_emulator/notes/:id/text']),
      },
    ])
    expect(rig.emulator.requests()).toEqual([])
  })

  test('reads the same as a page in a browser', async () => {
    const page = await visit('/', { accept: 'text/html,application/xhtml+xml' })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const text = await page.text()
    for (const part of ['Emulator of notes', `href="${rig.emulator.url}/pages"`, 'POST /_emulator/faults']) {
      expect(text).toContain(part)
    }
  })

  test('is answered by the platform where it is asked something, or has a page there', async () => {
    const asked = [await visit('/?ids=1'), await visit('/', { authorization: 'Bearer seeded' })]
    for (const answer of asked) expect([answer.status, await answer.json()]).toEqual([404, { error: 'no /' }])
    expect((await fetch(`${rig.emulator.url}/`, { method: 'POST' })).status).toBe(404)
    const page = { method: 'GET', path: '/', answer: () => ({ status: 200, text: 'my page' }) }
    const routes = [...notesPlatform.routes, page]
    const other = await startEmulator({ ...notesPlatform, routes }, { now: rig.clock.now })
    try {
      expect(await (await fetch(`${other.url}/`)).text()).toBe('my page')
    } finally {
      await other.close()
    }
  })
})
