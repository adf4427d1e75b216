import { expect, test } from 'vitest'
import { isBudgetError } from '../budget-error.ts'
import { toStoreError } from './database-error.ts'

const failWith = (code: string | undefined) => toStoreError(Object.assign(new Error('no'), code ? { code } : {}))

test.each([
  ['a connection that was lost', undefined, 'unavailable'],
  ['a server that shuts down', '57P01', 'unavailable'],
  ['a deadlock, each time that it was repeated', '40P01', 'unavailable'],
  ['a path that changed, each time that it was looked up', '40001', 'unavailable'],
  ['a schema that is not there', '42P01', 'schema_missing'],
  ['a sum that no column holds', '22003', 'invalid_input'],
] as const)('tells the caller of %s what to do next', (_, state, code) => {
  expect(failWith(state)).toMatchObject({ code })
})

test('hands on what is a mistake of ours', () => {
  expect(isBudgetError(failWith('42601'))).toBe(false)
})
