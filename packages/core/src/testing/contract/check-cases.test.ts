import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  ['finds nothing', 'refuses tooLong', () => ({ checkPart: () => [] })],
  ['finds too much', 'finds nothing wrong with text', () => ({ checkPart: () => [{ code: 'missing', path: 'text' }] })],
  [
    'changes what it checks',
    'checks without changing anything, twice the same',
    () => ({
      checkPart(part) {
        Object.assign(part, { text: part.text.trim() })
        return []
      },
    }),
  ],
  [
    'judges differently each time',
    'checks without changing anything, twice the same',
    () => {
      let time = 0
      return { checkPart: () => [{ code: 'too_long', path: 'text', actual: time++ }] }
    },
  ],
  [
    'brings expired facts',
    'finds nothing wrong with valid posts by what the platform says now',
    () => ({
      readFacts: async (_, context) => ({ expiresAt: context.now }),
    }),
  ],
  ['names no field', 'refuses tooLong', () => ({ checkPart: () => [{ code: 'too_long', path: '' }] })],
  [
    'asks to pick from nothing',
    'refuses tooLong',
    () => ({ checkPart: () => [{ code: 'too_long', path: 'text', fix: 'pick' }] }),
  ],
  ['has a code of words', 'refuses tooLong', () => ({ checkPart: () => [{ code: 'Too long!', path: 'text' }] })],
  [
    'brings facts that cannot be stored',
    'finds nothing wrong with valid posts by what the platform says now',
    () => ({ readFacts: async (_, { now }) => ({ expiresAt: now + 60_000, since: new Date(now) }) }),
  ],
  [
    'finds fault with valid posts by the facts',
    'finds nothing wrong with valid posts by what the platform says now',
    () => ({ checkPart: (_, facts) => (facts ? [{ code: 'missing', path: 'text' }] : []) }),
  ],
])
