import { expect, test } from 'vitest'
import { toMultipart } from './multipart.ts'

function render(form: Parameters<typeof toMultipart>[0]) {
  const { parts, sizeBytes, type } = toMultipart(form, 'BOUND')
  const text = Buffer.concat(parts.filter((part) => part instanceof Uint8Array)).toString()
  return { text, sizeBytes, type }
}

test('lays out text and bytes, with the size known before', () => {
  const { text, sizeBytes, type } = render({
    media_category: 'tweet_image',
    media: { bytes: new TextEncoder().encode('pixels'), type: 'image/png', fileName: 'a.png' },
  })
  expect(type).toBe('multipart/form-data; boundary=BOUND')
  expect(sizeBytes).toBe(Buffer.byteLength(text))
  expect(text.split('\r\n')).toEqual([
    '--BOUND',
    'content-disposition: form-data; name="media_category"',
    '',
    'tweet_image',
    '--BOUND',
    'content-disposition: form-data; name="media"; filename="a.png"',
    'content-type: image/png',
    '',
    'pixels',
    '--BOUND--',
    '',
  ])
})

test('lets no name, file name or type end its header', () => {
  const evil = 'x"\r\ncontent-type: text/html\r\n\r\nä'
  const { text, sizeBytes } = render({
    [evil]: 'value',
    file: { bytes: new Uint8Array(), type: evil, fileName: evil },
  })
  expect(sizeBytes).toBe(Buffer.byteLength(text))
  expect(text).toContain('name="x%22%0D%0Acontent-type: text/html%0D%0A%0D%0Aä"')
  expect(text).toContain('\r\ncontent-type: application/octet-stream\r\n')
  expect(text).not.toContain('\r\ncontent-type: text/html')
})

test('leaves text as it was given', () => {
  expect(render({ status: 'one\ntwo' }).text).toContain('\r\n\r\none\ntwo\r\n')
})
