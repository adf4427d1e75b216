import { AssetFilesError, SocialError } from '@ofm-social/core'
import { describe, expect, test } from 'vitest'
import { HttpProblem, toProblem } from './problem.ts'

describe('a problem', () => {
  test('keeps code, sentence, offers and every single problem of the facade', () => {
    const problem = toProblem(
      new SocialError('invalid_post', 'Two things are wrong.', {
        offers: ['shorten'],
        problems: [
          { path: 'parts/0/text', code: 'too_long', message: 'Too long.', limit: 280, destination: 0, platform: 'x' },
          { path: '', code: 'missing', message: 'Nothing to publish.' },
        ],
      }),
      'r-1',
    )
    expect(problem).toEqual({
      type: 'urn:ofm:problem:invalid_post',
      title: 'A platform would refuse the post',
      status: 422,
      detail: 'Two things are wrong.',
      instance: 'urn:ofm:request:r-1',
      code: 'invalid_post',
      retryable: false,
      offers: ['shorten'],
      errors: [
        { pointer: '/parts/0/text', code: 'too_long', message: 'Too long.', limit: 280, destination: 0, platform: 'x' },
        { pointer: '', code: 'missing', message: 'Nothing to publish.' },
      ],
    })
  })

  test.each([
    [new SocialError('not_found', 'x'), 404, false],
    [new SocialError('too_late', 'x'), 409, false],
    [new SocialError('changed_meanwhile', 'x'), 409, true],
    [new SocialError('platform_failed', 'x'), 502, true],
    [new AssetFilesError('files_full', 'x'), 507, true],
    [new HttpProblem('body_too_large', 'x'), 413, false],
  ])('of %o has the status %i', (error, status, retryable) => {
    expect(toProblem(error, 'r')).toMatchObject({ status, retryable })
  })

  test.each([
    new Error('select * from CANARY'),
    new SocialError('secret_unreadable', 'CANARY'),
    new SocialError('schema_outdated', 'CANARY'),
    'CANARY',
  ])('that nobody can act on from outside tells nothing: %o', (error) => {
    const problem = toProblem(error, 'r-2')
    expect(problem).toMatchObject({ status: 500, code: 'internal', instance: 'urn:ofm:request:r-2' })
    expect(JSON.stringify(problem)).not.toContain('CANARY')
  })
})

test('a path that the router cannot read is a mistake of the caller, what our own code cannot is none', () => {
  const ours = new URIError('URI malformed')
  expect(toProblem(ours, 'r')).toMatchObject({ status: 500, code: 'internal' })
  expect(toProblem(Object.assign(ours, { status: 400 }), 'r')).toMatchObject({ status: 400, code: 'invalid_input' })
})
