import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { parseInput } from './parse-input.ts'
import { isSocialError } from './social-error.ts'

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.int().min(0).max(10).optional(),
  mode: z.enum(['ask', 'repeat_once']).optional(),
  at: z.date().optional(),
  items: z.array(z.string()).max(2).optional(),
  to: z.union([z.string(), z.strictObject({ account: z.string() })]).optional(),
})

function problemsOf(input: unknown) {
  try {
    parseInput(schema, input)
  } catch (error) {
    if (isSocialError(error)) return { code: error.code, message: error.message, problems: error.problems }
    throw error
  }
  throw new Error('accepted')
}

describe('parseInput', () => {
  test('returns what is valid', () => {
    expect(parseInput(schema, { name: 'ada' })).toEqual({ name: 'ada' })
  })

  test.each([
    ['NUL', 'a\0b'],
    ['the first half of an emoji', 'b\ud83c'],
    ['its second half', '\udf05'],
  ])('refuses %s in texts at any depth, and beside all else that is wrong', (_what, text) => {
    const holds = (field: string) => ({
      path: field,
      code: 'invalid',
      message: `${field} holds NUL or half of a character, such as a cut through an emoji leaves.`,
    })
    expect(problemsOf({ name: text, items: ['good', text], count: 11 }).problems).toEqual([
      { path: 'count', code: 'too_big', message: 'count is 11; it must be at most 10.' },
      holds('name'),
      holds('items/1'),
    ])
    expect(problemsOf({ name: 'ada', [text]: 1 }).problems).toContainEqual({ ...holds('The input'), path: '' })
  })

  test('takes whole emoji, and looks into nothing that is no plain object', () => {
    const input: Record<string, unknown> = { name: '🌅', extra: new Map([['a', '\0']]) }
    input.self = input
    expect(parseInput(z.looseObject({ name: z.string() }), input)).toMatchObject({ name: '🌅' })
  })

  test('names all problems at once, each with field, code and limit', () => {
    const { code, problems } = problemsOf({
      name: 'ada lovelace',
      count: 11,
      mode: 'no',
      items: ['a', 'b', 'c'],
      extra: 1,
    })
    expect(code).toBe('invalid_input')
    expect(problems).toEqual([
      { path: 'name', code: 'too_long', message: 'name has 12 characters; at most 5 are allowed.' },
      { path: 'count', code: 'too_big', message: 'count is 11; it must be at most 10.' },
      { path: 'mode', code: 'not_allowed', message: 'mode must be one of: ask, repeat_once.' },
      { path: 'items', code: 'too_long', message: 'items has 3 items; at most 2 are allowed.' },
      { path: 'extra', code: 'unknown_field', message: 'extra is not a known field.' },
    ])
  })

  test('tells missing from wrong', () => {
    expect(problemsOf({}).problems).toEqual([{ path: 'name', code: 'missing', message: 'name is missing.' }])
    expect(problemsOf({ name: 7 }).problems).toEqual([
      { path: 'name', code: 'wrong_type', message: 'name must be text, not a number.' },
    ])
    expect(problemsOf({ name: 'a', at: 'today' }).problems).toEqual([
      { path: 'at', code: 'wrong_type', message: 'at must be a Date, not text.' },
    ])
    expect(problemsOf(undefined).problems).toEqual([{ path: '', code: 'missing', message: 'The input is missing.' }])
  })

  test('points into the alternative of a union that was meant', () => {
    expect(problemsOf({ name: 'a', to: { acount: 'x' } }).problems).toEqual([
      { path: 'to/account', code: 'missing', message: 'to/account is missing.' },
      { path: 'to/acount', code: 'unknown_field', message: 'to/acount is not a known field.' },
    ])
    expect(problemsOf({ name: 'a', to: 7 }).problems).toMatchObject([{ path: 'to', code: 'invalid' }])
  })

  test('takes the code of a refinement from its params', () => {
    const refined = z.string().superRefine((_value, context) => {
      context.addIssue({ code: 'custom', message: 'Give one of them.', params: { code: 'ambiguous' } })
    })
    expect(() => parseInput(refined, 'x')).toThrow(
      expect.objectContaining({ problems: [{ path: '', code: 'ambiguous', message: 'Give one of them.' }] }),
    )
  })

  test('shows no value, which may be a secret', () => {
    const { message, problems } = problemsOf({ name: 'CANARY-secret', mode: 'CANARY-mode', to: ['CANARY-to'] })
    expect(message + JSON.stringify(problems)).not.toContain('CANARY')
  })
})
