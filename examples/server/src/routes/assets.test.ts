import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AssetFileKey } from '@ofm-social/core'
import { createDiskFiles } from '@ofm-social/core/disk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

const photo = await readFile(new URL('../../samples/photo.jpg', import.meta.url))
const evening = await readFile(new URL('../../samples/evening.jpg', import.meta.url))
const type = { 'content-type': 'image/jpeg' }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ uploadSizeBytesMax: 200_000 })
})
afterAll(() => app.close())

const upload = (path = '/v1/creators/ada/assets?fileName=photo.jpg') =>
  app.request('POST', path, { raw: new Blob([photo]), headers: type })

describe('an upload', () => {
  test('of bytes is stored and read', async () => {
    const { status, body } = await upload()
    expect(status).toBe(201)
    expect(body).toMatchObject({
      fileName: 'photo.jpg',
      sizeBytes: photo.length,
      mediaInfo: { kind: 'image', format: 'jpeg', widthPixels: 1080, heightPixels: 1350 },
    })
    expect((await upload()).body.id).toBe(body.id)
    expect((await app.request('GET', '/v1/assets?creator=ada')).body.items).toHaveLength(1)
    expect((await app.request('GET', `/v1/assets/${body.id}`)).body).toEqual(body)
  })

  test('without an announced length is stored, too', async () => {
    const raw = new Blob([photo]).stream()
    const { status, body } = await app.request('POST', '/v1/creators/bea/assets', { raw, headers: type })
    expect([status, body.sizeBytes]).toEqual([201, photo.length])
  })

  test('from a form keeps the name of the file', async () => {
    const raw = new FormData()
    raw.set('note', 'fields are passed over')
    raw.set('file', new Blob([photo], { type: 'image/jpeg' }), 'été.jpg')
    const { status, body } = await app.request('POST', '/v1/creators/cleo/assets', { raw })
    expect([status, body.fileName, body.sizeBytes]).toEqual([201, 'été.jpg', photo.length])
  })

  test('of two files is refused, and neither is kept', async () => {
    const raw = new FormData()
    for (const name of ['one.jpg', 'two.jpg']) raw.append('file', new Blob([evening], { type: 'image/jpeg' }), name)
    const path = '/v1/creators/gwen/assets'
    const { status, body } = await app.request('POST', path, { raw })
    expect([status, body.detail]).toEqual([400, 'The form holds several files: send each in a request of its own.'])
    expect(body.errors).toEqual([{ pointer: '/file', code: 'too_many', message: body.detail }])
    expect((await app.request('GET', '/v1/assets?creator=gwen')).body.items).toEqual([])
  })

  test('that is too large is refused, announced or not, and nothing is kept', async () => {
    const large = new Blob([new Uint8Array(300_000)])
    const path = '/v1/creators/dora/assets'
    const announced = await app.request('POST', path, { raw: large, headers: type })
    expect([announced.status, announced.body.code]).toEqual([413, 'too_large'])
    const streamed = await app.request('POST', path, { raw: large.stream(), headers: type })
    expect([streamed.status, streamed.body.code]).toEqual([413, 'too_large'])
    expect((await app.request('GET', '/v1/assets?creator=dora')).body.items).toEqual([])
  })

  test('of nothing, of a form without a file, and of no media is refused', async () => {
    const path = '/v1/creators/emma/assets'
    expect((await app.request('POST', path)).status).toBe(400)
    const raw = new FormData()
    raw.set('note', 'no file')
    const without = await app.request('POST', path, { raw })
    expect([without.status, without.body.errors]).toEqual([
      400,
      [{ pointer: '/file', code: 'missing', message: 'The form holds no file: send its bytes as the field file.' }],
    ])
    const broken = await app.request('POST', path, {
      raw: '--x\r\nno form',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
    expect(broken.status).toBe(400)
    const boundless = await app.request('POST', path, {
      raw: 'abc',
      headers: { 'content-type': 'multipart/form-data' },
    })
    expect([boundless.status, boundless.body.detail]).toEqual([400, 'The form cannot be read: Boundary not found.'])
    const text = await app.request('POST', path, { raw: 'plain text', headers: { 'content-type': 'text/plain' } })
    expect([text.status, text.body.code]).toEqual([422, 'media_unreadable'])
  })

  test('that breaks off leaves nothing, and the server goes on', async () => {
    const { hostname, port } = new URL(app.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`POST /v1/creators/fay/assets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.key}\r\n`)
        socket.write('content-length: 100000\r\n\r\nabc', () => socket.destroy())
      })
      socket.once('close', () => resolve())
    })
    await expect.poll(() => app.logged.filter((line) => line.includes('"complete":false')).length).toBeGreaterThan(0)
    expect((await app.request('GET', '/v1/assets?creator=fay')).body.items).toEqual([])
  })
})

describe('a download', () => {
  const read = async (headers: Readonly<Record<string, string>>) => {
    const { body } = await upload()
    const authorization = `Bearer ${app.key}`
    return fetch(`${app.url}/v1/assets/${body.id}/content`, { headers: { authorization, ...headers } })
  }

  test('is the whole file, never shown in the page', async () => {
    const answer = await read({})
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(photo)).toBe(true)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'accept-ranges': 'bytes',
      'content-disposition': "attachment; filename*=UTF-8''photo.jpg",
    })
  })

  test.each([
    ['bytes=10-19', 10, 20],
    ['bytes=100-', 100, photo.length],
    ['bytes=-5', photo.length - 5, photo.length],
    ['bytes=0-99999999', 0, photo.length],
  ])('of %s is that range', async (range, start, end) => {
    const answer = await read({ range })
    expect(answer.status).toBe(206)
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${photo.length}`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(photo.subarray(start, end))).toBe(true)
  })

  test('of a range behind the end is refused with the size', async () => {
    const answer = await read({ range: 'bytes=99999999-' })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${photo.length}`])
    await answer.body?.cancel()
  })

  test.each(['bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2'])(
    'of %s, which a server may ignore, is the whole file',
    async (range) => {
      const answer = await read({ range })
      expect(answer.status).toBe(200)
      await answer.body?.cancel()
    },
  )

  test('that the reader breaks off is no failure of the server', async () => {
    const endless = () => new ReadableStream<Uint8Array>({ pull: (end) => end.enqueue(new Uint8Array(65_536)) })
    const file = { stream: endless(), sizeBytes: 1e9, fileSizeBytes: 1e9, type: 'video/mp4' }
    const files = { ...createDiskFiles({ folder: '/nowhere' }), stat: async () => file, open: async () => file }
    const key = { agencyId: 'a', creatorId: 'c', sha256: 's' } as AssetFileKey
    const links = { sign: () => '', open: () => ({ key, type: 'video/mp4' }) }
    const serving = await startTestApp({ media: { files, links } })
    const reader = new AbortController()
    expect((await fetch(`${serving.url}/media/link`, { signal: reader.signal })).status).toBe(200)
    reader.abort()
    await expect.poll(() => serving.logged.map((line) => JSON.parse(line).complete)).toEqual([false])
    await serving.close()
    expect(serving.logged).toHaveLength(1)
  })

  test('continues only the file that it began with', async () => {
    const changed = await read({ range: 'bytes=10-19', 'if-range': '"another"' })
    expect(changed.status).toBe(200)
    await changed.body?.cancel()
  })
})
