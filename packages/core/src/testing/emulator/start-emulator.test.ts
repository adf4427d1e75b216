import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { notesPlatform, useNotesEmulator } from './notes-emulator.test-support.ts'
import { startEmulator } from './start-emulator.ts'

const rig = useNotesEmulator()
const { clock, write, texts } = rig

describe('a platform', () => {
  test('answers by its routes, with the headers that all answers have', async () => {
    const written = await write('hello')
    expect([written.status, written.headers.get('x-platform'), await written.json()]).toMatchObject([
      201,
      'notes',
      { text: 'hello' },
    ])
    expect(await (await fetch(`${rig.emulator.url}/notes/1?with=query`)).json()).toMatchObject({ text: 'hello' })
    expect(await (await fetch(`${rig.emulator.url}/else`)).json()).toEqual({ error: 'no /else' })
  })

  test('reads forms of both kinds, and serves the bytes that came with one', async () => {
    await write('', { body: new URLSearchParams({ text: 'a & b' }), headers: {} })
    const form = new FormData()
    form.set('text', 'ünïcode')
    form.set('photo', new Blob([Uint8Array.of(13, 10, 45, 45, 0, 255)], { type: 'image/png' }), 'a "b".png')
    await write('', { body: form, headers: {} })
    expect(texts()).toEqual(['a & b', 'ünïcode'])
    const [sha256] = rig.emulator.posts()[1]?.mediaSha256 ?? []
    const bytes = await (await fetch(`${rig.emulator.url}/blobs/${sha256}`)).arrayBuffer()
    expect([...new Uint8Array(bytes)]).toEqual([13, 10, 45, 45, 0, 255])
  })

  test('answers HEAD like GET without a body, and OPTIONS with the methods', async () => {
    await write('hello')
    const head = await fetch(`${rig.emulator.url}/notes/1`, { method: 'HEAD' })
    expect([head.status, Number(head.headers.get('content-length')) > 0, await head.text()]).toEqual([200, true, ''])
    const options = await fetch(`${rig.emulator.url}/notes/1`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'OPTIONS, GET, HEAD'])
  })

  test('says so when a route has a bug', async () => {
    const answer = await fetch(`${rig.emulator.url}/broken`)
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('a bug')])
  })

  test('records a request whose client went away in the middle, and nothing happens', async () => {
    const socket = connect(Number(new URL(rig.emulator.url).port), '127.0.0.1')
    socket.write('POST /notes HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"te')
    await expect
      .poll(() => rig.emulator.requests(), { timeout: 60_000, interval: 5 })
      .toEqual([{ method: 'POST', path: '/notes', status: null, fault: null }])
    socket.destroy()
    expect((await fetch(`${rig.emulator.url}/now`)).status).toBe(200)
    expect(texts()).toEqual([])
  })
})

test('a taken port rejects with the error of the socket', async () => {
  const port = Number(new URL(rig.emulator.url).port)
  await expect(startEmulator(notesPlatform, { port, now: clock.now })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
