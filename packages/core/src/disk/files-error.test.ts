import { expect, test } from 'vitest'
import { AssetFilesError } from '../model/asset-files.ts'
import { toFilesError } from './files-error.ts'

test.each([
  ['EACCES', 'write', 'files_unwritable', 'Files cannot be written to folder /media: this process has no permission.'],
  ['EROFS', 'write', 'files_unwritable', 'Files cannot be written to folder /media: the file system is read-only.'],
  ['ENOENT', 'write', 'files_unwritable', 'Files cannot be written to folder /media: the folder does not exist.'],
  ['ENOSPC', 'write', 'files_full', 'The disk of folder /media is full.'],
  ['EDQUOT', 'write', 'files_full', 'The disk of folder /media is full.'],
  ['EACCES', 'read', 'files_unreadable', 'Files cannot be read from folder /media: this process has no permission.'],
  ['ESTALE', 'read', 'files_unreadable', 'Files cannot be read from folder /media: ESTALE.'],
] as const)('%s while trying to %s is %s', (errno, doing, code, message) => {
  const cause = Object.assign(new Error(errno), { code: errno })
  expect(toFilesError(cause, { doing, folder: '/media' })).toMatchObject({ code, message, cause })
})

test('leaves errors alone that are not of the file system', () => {
  for (const error of [new Error('aborted'), new AssetFilesError('too_large', 'Too large.'), 'text', undefined]) {
    expect(toFilesError(error, { doing: 'write', folder: '/media' })).toBe(error)
  }
})
