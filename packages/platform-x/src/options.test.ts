import { expect, test } from 'vitest'
import { parseXAdapterOptions } from './options.ts'
import { xSettingsSchema } from './settings.ts'
import { createXAdapter } from './x-adapter.ts'

test('without options the adapter speaks to the real X', () => {
  expect(parseXAdapterOptions({})).toMatchObject({
    baseUrl: 'https://api.x.com',
    webUrl: 'https://x.com',
    timeoutMs: 30_000,
  })
  expect(createXAdapter()).toMatchObject({ platform: 'x', displayName: 'X' })
})

test('one base URL is enough for an emulator', () => {
  const config = parseXAdapterOptions({ baseUrl: 'http://127.0.0.1:4010/' })
  expect(config).toMatchObject({ baseUrl: 'http://127.0.0.1:4010', webUrl: 'http://127.0.0.1:4010' })
})

test('all mistakes are reported at once, by name', () => {
  const options = { baseUrl: 'x.com', segmentBytes: 9_000_000, timeOutMs: 1, limits: { textMax: 1 }, dispatcher: 1 }
  expect(() => parseXAdapterOptions(options as object)).toThrow(
    /(?=[\s\S]*baseUrl)(?=[\s\S]*segmentBytes)(?=[\s\S]*timeOutMs)(?=[\s\S]*textMax)(?=[\s\S]*dispatcher)/,
  )
})

test('a baseline is read only where the host wants to pay for it', () => {
  expect(createXAdapter().readBaseline).toBeUndefined()
  expect(createXAdapter({ baseline: 'newest_post' }).readBaseline).toBeTypeOf('function')
})

test('settings keep what was given and refuse what X does not know', async () => {
  const validate = xSettingsSchema['~standard'].validate
  expect(await validate({ replySettings: 'verified' })).toEqual({ value: { replySettings: 'verified' } })
  expect(await validate({})).toEqual({ value: {} })
  expect((await validate({ replySettings: 'everyone', reply_settings: 'following' })).issues).toHaveLength(2)
})
