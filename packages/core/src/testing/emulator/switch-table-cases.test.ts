import { expect, test } from 'vitest'
import { switchKinds } from './switch-kinds.ts'
import { switchTableCases } from './switch-table-cases.ts'

const { amount, byName, oneOf, words } = switchKinds
const table = {
  plan: oneOf(['free', 'paid'], 'free'),
  lifeMs: amount(86_400_000),
  creditMax: amount(Number.POSITIVE_INFINITY),
  scopes: words(['read', 'write']),
  states: byName({ ada: 'locked' }, oneOf(['locked', 'gone'], 'locked')),
}
const reference = `
| Switch | Values | Default | Open | Stands for |
| --- | --- | --- | --- | --- |
| \`plan\` | free or paid | \`free\` |  | plan of the app ([pricing]) |
| \`lifeMs\` | a number | 86,400,000 | yes | life of a token ([oauth]) |
| \`creditMax\` | a number | without end |  | credits bought ([pricing]) |
| \`scopes\` | a list of texts | \`read\`, \`write\` |  | of the seeded tokens ([oauth]) |
| \`states\` | by name: locked or gone | \`{"ada":"locked"}\` |  | accounts in trouble ([errors]) |
`
const run = (switches: typeof table, page: string) => {
  const failed = switchTableCases(switches, page).filter((one) => {
    try {
      one.run()
      return false
    } catch {
      return true
    }
  })
  return failed.map(({ name }) => name)
}

test('a reference that tells what the table has is right', () => {
  expect(run(table, reference)).toEqual([])
})

test('a missing row, another default and other values are found', () => {
  const told = 'the reference has every switch, with its values and its default'
  expect(run(table, reference.replace(/\| `scopes`.*\n/, ''))).toEqual([told])
  expect(run(table, reference.replace('86,400,000', '1'))).toEqual([told])
  expect(run(table, reference.replace('| free or paid', '| free, paid or gold'))).toEqual([told])
})

test('a default that the switch may not have is found', () => {
  const wrong = { ...table, lifeMs: { ...table.lifeMs, isFit: () => false } }
  expect(run(wrong, reference)).toEqual(['every default is a value that its switch may have'])
})
