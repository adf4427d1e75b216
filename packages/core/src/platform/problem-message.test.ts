import { expect, test } from 'vitest'
import { writeProblemMessage } from './problem-message.ts'

test.each([
  [{ code: 'too_long', path: 'text', limit: 280, actual: 1412 }, 'Text has 1,412; X allows 280.'],
  [{ code: 'too_short', path: 'text', limit: 5, actual: 1 }, 'Text has 1; X wants at least 5.'],
  [{ code: 'too_many', path: 'assets', limit: 4, actual: 5 }, 'Assets has 5; X takes 4.'],
  [{ code: 'too_large', path: 'assets/0', limit: '5 MB', actual: '9 MB' }, 'Assets/0 has 9 MB; X takes at most 5 MB.'],
  [{ code: 'too_long', path: 'text' }, 'Text has more; X allows less.'],
  [{ code: 'missing', path: 'settings/privacy' }, 'Settings/privacy is missing; X needs it.'],
  [{ code: 'empty', path: 'text' }, 'Text is empty: X needs text or an asset.'],
  [{ code: 'not_supported', path: 'comment' }, 'X cannot do this: comment.'],
  [
    { code: 'codec_unsupported', path: 'assets/0', actual: 'hevc', limit: 'h264', allowed: ['h264', 'av1'] },
    'X: assets/0 codec unsupported (hevc); the limit is h264; allowed: h264, av1.',
  ],
  [{ code: 'anything', path: 'text', message: 'As the adapter says.' }, 'As the adapter says.'],
])('%j reads well', (problem, message) => {
  expect(writeProblemMessage(problem, 'X')).toBe(message)
})
