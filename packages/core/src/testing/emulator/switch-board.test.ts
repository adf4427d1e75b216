import { expect, test } from 'vitest'
import { createSwitchBoard, type SwitchTable } from './switch-board.ts'
import { switchKinds } from './switch-kinds.ts'

const { address, amount, byName, flag, oneOf, parts, text, words } = switchKinds

interface Settings {
  readonly plan: 'free' | 'paid'
  readonly lifeMs: number
  readonly strict: boolean
  readonly owner: string
  readonly scopes: readonly string[]
  readonly order: readonly ('first' | 'last')[]
  readonly callback: string
  readonly states: Readonly<Record<string, 'locked' | 'gone'>>
  readonly limit: { readonly user?: number }
}

const table: SwitchTable<Settings> = {
  plan: oneOf(['free', 'paid'], 'free'),
  lifeMs: amount(5),
  strict: flag(false),
  owner: text(''),
  scopes: words([]),
  order: words(['first'], ['first', 'last']),
  callback: address(),
  states: byName({}, oneOf(['locked', 'gone'], 'locked')),
  limit: parts<Settings['limit']>({ user: amount(0) }, {}),
}

test('a switch that nobody set has its default', () => {
  const board = createSwitchBoard('Notes', table, { lifeMs: 7 })
  expect(board.read()).toEqual({
    plan: 'free',
    lifeMs: 7,
    strict: false,
    owner: '',
    scopes: [],
    order: ['first'],
    callback: '',
    states: {},
    limit: {},
  })
})

test('takes every value that a switch may have', () => {
  const given: Settings = {
    plan: 'paid',
    lifeMs: Number.POSITIVE_INFINITY,
    strict: true,
    owner: 'ada',
    scopes: ['anything'],
    order: ['last', 'first'],
    callback: 'https://app.example/hook',
    states: { ada: 'gone' },
    limit: { user: 1 },
  }
  expect(createSwitchBoard('Notes', table, given).read()).toEqual(given)
})

test('names every switch that there is not, and every value that one cannot have', () => {
  const given = {
    typo: 1,
    plan: 'gold',
    lifeMs: -1,
    strict: 'yes',
    owner: 7,
    scopes: 'read',
    order: ['middle'],
    callback: 'app.example',
    states: { ada: 'fine' },
    limit: { users: 1 },
  }
  expect(() => createSwitchBoard('Notes', table, given as never)).toThrow(
    [
      'The emulator of Notes has no switch typo',
      'wants plan to be free or paid',
      'wants lifeMs to be a number',
      'wants strict to be true or false',
      'wants owner to be a text',
      'wants scopes to be a list of texts',
      'wants order to be a list of first and last',
      'wants callback to be an http or https URL',
      'wants states to be by name: locked or gone',
      'wants limit to be { user }.',
    ].join(', and '),
  )
})

test('what was passed may change; what was set comes before it until it is forgotten', () => {
  const passed: { lifeMs: number; plan?: 'free' | 'paid' } = { lifeMs: 1 }
  const board = createSwitchBoard<Settings>('Notes', table, passed)
  passed.lifeMs = 2
  expect(board.read().lifeMs).toBe(2)
  board.set({ lifeMs: 3, plan: 'paid' })
  expect(() => board.set({ lifeMs: -1, strict: true })).toThrow('wants lifeMs')
  expect(board.read()).toMatchObject({ lifeMs: 3, plan: 'paid', strict: false })
  board.clear()
  expect(board.read()).toMatchObject({ lifeMs: 2, plan: 'free' })
})
