import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AssetFileKey, AssetOwner } from '@ofm-social/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDataFolder } from '../data-folder.ts'
import { createMediaLinks } from '../media-links.ts'
import { openFiles } from '../open-files.ts'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

const photo = await readFile(new URL('../../samples/photo.jpg', import.meta.url))
const publicUrl = 'https://social.example/ofm'
const secretKey = randomBytes(32).toString('base64')
const hourMs = 3_600_000

let nowMs = 1_795_000_000_000
const linksOf = (...secretKeys: [string, ...string[]]) => createMediaLinks({ publicUrl, secretKeys, now: () => nowMs })

/** Ids as core makes them. */
const owner = { agencyId: `agency_${'7'.repeat(26)}`, creatorId: `creator_${'8'.repeat(26)}` } as AssetOwner

let folder: string
let app: TestApp
let key: AssetFileKey
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-media-'))
  const { files, media } = await openFiles(null, await openDataFolder(folder), linksOf(secretKey))
  app = await startTestApp({ media }, { files })
  key = { ...owner, sha256: (await files.put(owner, new Blob([photo]).stream())).sha256 }
  url = (await files.publicUrl?.(key, { forMs: hourMs, type: 'image/jpeg' })) ?? ''
})
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const read = async (address: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
  const response = await fetch(address.replace(publicUrl, app.url), { method, headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** What an answer says, without what differs by request. */
const said = async (address: string) => {
  const { response, bytes } = await read(address)
  const { instance: _instance, ...problem } = JSON.parse(bytes.toString())
  return { status: response.status, problem }
}

describe('a signed address', () => {
  test('gives anybody the bytes of its file, as what they are', async () => {
    expect(url).toMatch(/^https:\/\/social\.example\/ofm\/media\/[\w-]+\.[\w-]{43}$/)
    const { response, bytes } = await read(url)
    expect([response.status, bytes.equals(photo)]).toEqual([200, true])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(photo.length),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('gives a range of them', async () => {
    const { response, bytes } = await read(url, { range: 'bytes=100-199' })
    expect([response.status, bytes.equals(photo.subarray(100, 200))]).toEqual([206, true])
    expect(response.headers.get('content-range')).toBe(`bytes 100-199/${photo.length}`)
    expect((await read(url, { range: 'bytes=99999999-' })).response.status).toBe(416)
  })

  test('answers HEAD without them', async () => {
    const { response, bytes } = await read(url, {}, 'HEAD')
    expect([response.status, response.headers.get('content-length'), bytes.length]).toEqual([
      200,
      String(photo.length),
      0,
    ])
  })

  test('works until it is over, also after the key was changed', async () => {
    const at = nowMs
    const signed = linksOf(secretKey).sign({ key, type: 'image/jpeg' }, hourMs)
    expect(linksOf(randomBytes(32).toString('hex'), secretKey).open(signed.split('/').at(-1) ?? '')).toBeDefined()
    nowMs = at + hourMs - 1
    expect((await read(signed)).response.status).toBe(200)
    nowMs = at + hourMs
    expect((await read(signed)).response.status).toBe(404)
    nowMs = at
  })

  test('that is wrong, over, of another key, or of a file that is gone gets one and the same answer', async () => {
    const [payload = '', signature = ''] = url.slice(`${publicUrl}/media/`.length).split('.')
    const fields: unknown[] = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forged = (change: (fields: unknown[]) => unknown[]) =>
      `${publicUrl}/media/${Buffer.from(JSON.stringify(change(fields))).toString('base64url')}.${signature}`
    const gone = { ...owner, sha256: '0'.repeat(64) }
    const expected = await said(`${publicUrl}/media/none`)
    expect(expected).toMatchObject({ status: 404, problem: { code: 'not_found' } })
    for (const address of [
      `${publicUrl}/media/${payload}`,
      `${publicUrl}/media/${payload}.`,
      `${publicUrl}/media/${payload}.${signature.slice(0, -2)}`,
      `${publicUrl}/media/.${signature}`,
      forged(([, ...rest]) => ['agency_00000000000000000000000000', ...rest]),
      forged((all) => all.with(3, 'text/html')),
      forged((all) => all.with(4, 9_999_999_999)),
      linksOf(randomBytes(32).toString('base64')).sign({ key, type: 'image/jpeg' }, hourMs),
      linksOf(secretKey).sign({ key: gone, type: 'image/jpeg' }, hourMs),
      linksOf(secretKey).sign({ key, type: 'image/jpeg' }, 0),
    ]) {
      expect(await said(address)).toEqual(expected)
    }
  })

  test('is in no line of the log, and holds neither the secret nor its hash', async () => {
    await read(url)
    const [, signature = ''] = url.split('.').slice(-2)
    expect(app.logged.join('')).toContain('"/media/:link"')
    expect(app.logged.join('')).not.toContain(signature)
    expect(Buffer.from(url.split('/').at(-1) ?? '', 'base64url').toString()).not.toContain(secretKey)
  })
})
