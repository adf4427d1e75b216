import { describe, expect, test } from 'vitest'
import { toRequestTarget, toRoute } from './request-target.ts'

describe('toRequestTarget', () => {
  test('encodes the query and leaves out what is undefined', () => {
    const query = { text: 'a b&c=ä', max: 5, exact: false, after: undefined }
    expect(toRequestTarget('/2/search', query).pathAndQuery).toBe('/2/search?text=a%20b%26c%3D%C3%A4&max=5&exact=false')
  })

  test('sends the query of a signed path as it is, and shows it to nobody', () => {
    const target = toRequestTarget('/upload/9f?sig=a%2Bb+c', { part: 2 })
    expect(target).toEqual({ pathAndQuery: '/upload/9f?sig=a%2Bb+c&part=2', path: '/upload/9f', route: '/upload/{id}' })
  })

  for (const path of ['2/tweets', 'https://evil.test/', '/a b', '/a\r\nhost: evil', '/ä', '/a#b', '']) {
    test(`refuses ${JSON.stringify(path)}`, () => {
      expect(() => toRequestTarget(path)).toThrow('must start with "/" and be percent-encoded')
    })
  }
})

describe('toRoute', () => {
  test('keeps words and versions, and replaces ids', () => {
    expect(toRoute('/v21.0/17841400000/media_publish')).toBe('/v21.0/{id}/media_publish')
    expect(toRoute('/1.1/statuses/show.json')).toBe('/1.1/statuses/show.json')
    expect(toRoute('/2/users/2244994945/tweets')).toBe('/2/users/{id}/tweets')
    expect(toRoute('/upload/EAABcanarycanarycanarycanarycanarytoken')).toBe('/upload/{id}')
  })
})
