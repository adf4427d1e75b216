import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'

let x: X
afterEach(() => x.close())

const type = 'https://api.twitter.com/2/problems/invalid-request'
const title = 'Invalid Request'
const sentence = '$.media.media_ids: there must be a maximum of 4 items in the array'

test.each<[NonNullable<XEmulatorSwitches['errorBodies']>, unknown]>([
  [
    'recorded',
    { type, title, errors: [{ message: sentence, parameters: { '$.media.media_ids': [expect.any(String)] } }] },
  ],
  [
    'single',
    { type, title, status: 400, detail: sentence, parameter: '$.media.media_ids', value: '["1","2","3","4","5"]' },
  ],
  ['coded_list', { errors: [{ code: 44, message: sentence }] }],
  ['coded', { code: 44, message: sentence }],
])('a refusal is told in the form %s', async (errorBodies, body) => {
  x = await startX({ errorBodies })
  const refused = await x.tweet('', { media: { media_ids: ['1', '2', '3', '4', '5'] } })
  expect(refused.status).toBe(400)
  expect(refused.json).toMatchObject(Object(body))
})

test('a problem without a type keeps the rest', async () => {
  x = await startX({ errorBodies: 'untyped', scopes: ['tweet.read'] })
  const refused = await x.tweet('No')
  expect(refused.json).toEqual({ title: 'Forbidden', status: 403, detail: 'Forbidden' })
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
})

test('numbers are those of the older API, else the status', async () => {
  x = await startX({ errorBodies: 'coded' })
  await x.tweet('Once')
  expect((await x.tweet('Once')).json).toEqual({
    code: 187,
    message: 'You are not allowed to create a Tweet with duplicate content.',
  })
  expect((await x.tweet('$ONE $TWO')).json.code).toBe(403)
  expect((await x.get('/2/users/me', 'wrong')).json).toEqual({ code: 89, message: 'Unauthorized' })
  expect((await x.get('/2/nothing')).json.code).toBe(34)
  const noImage = await x.upload(new Uint8Array(10), 'image/jpeg', 'tweet_image')
  expect(noImage.finalized.json).toEqual({ code: 400, message: 'media type unrecognized' })
})

test('a gateway answers with a page, or with nothing', async () => {
  x = await startX({ errorBodies: 'html' })
  const page = await fetch(`${x.emulator.url}/2/users/me`)
  expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
  await x.post('/_emulator/switches', { errorBodies: 'empty' })
  const nothing = await fetch(`${x.emulator.url}/2/users/me`)
  expect([nothing.status, await nothing.text()]).toEqual([401, ''])
})

test('token endpoints, and what is accepted, keep their form', async () => {
  x = await startX({ errorBodies: 'coded' })
  const refused = await fetch(`${x.emulator.url}/2/oauth2/token`, { method: 'POST' })
  expect(Object.keys(Object(await refused.json()))).toContain('error')
  const image = await x.upload(sampleAsset('jpeg').bytes, 'image/jpeg', 'tweet_image')
  expect(image.finalized.status).toBe(200)
})
