import { expect, test } from 'vitest'
import { parseBaseUrl } from './base-url.ts'

test('a slash at the end does not matter', () => {
  for (const text of ['https://api.x.com', 'https://api.x.com/', 'https://api.x.com//']) {
    expect(parseBaseUrl(text)).toEqual({
      origin: 'https://api.x.com',
      host: 'api.x.com',
      hostname: 'api.x.com',
      port: 443,
      pathPrefix: '',
    })
  }
})

test('keeps a path and a port', () => {
  expect(parseBaseUrl('http://127.0.0.1:4010/x/')).toEqual({
    origin: 'http://127.0.0.1:4010',
    host: '127.0.0.1:4010',
    hostname: '127.0.0.1',
    port: 4010,
    pathPrefix: '/x',
  })
})

test('reports every problem, and nothing that could be a password', () => {
  const parse = () => parseBaseUrl('ftp://user:canary@host/?token=canary')
  expect(parse).toThrow('must begin with https:// or http://, must not hold credentials, must not have a query')
  expect(parse).not.toThrow('canary')
  expect(() => parseBaseUrl('canary')).toThrow('baseUrl must be an absolute URL such as https://api.example.com.')
})
