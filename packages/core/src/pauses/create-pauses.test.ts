import { expect, test } from 'vitest'
import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import { createPauses, INSTALLATION, type Reach } from './create-pauses.ts'
import type { PauseKey } from './pause-store.ts'

const agencyId = 'agency' as AgencyId

function createRig(reach: Reach = 'installation') {
  const stored: { readonly agencyId: AgencyId; readonly key: PauseKey; readonly options: unknown }[] = []
  const pauses = createPauses(
    {
      store: {
        async pause(owner, key, options) {
          stored.push({ agencyId: owner, key, options })
          return { ...key, ...options, since: new Date(0) }
        },
        async resume(owner, key, by) {
          stored.push({ agencyId: owner, key, options: { by } })
          return true
        },
        list: async () => [],
      },
      resolveCreator: async () => ({ id: 'creator_1' as CreatorId }),
      resolveAccount: async () => ({ id: 'account_1' as AccountId }),
      platforms: ['x'],
      reach,
    },
    agencyId,
  )
  return { pauses, stored }
}

test.each([
  [{ account: 'a' }, { scope: 'account', key: 'account_1' }, agencyId],
  [{ creator: 'ada' }, { scope: 'creator', key: 'creator_1' }, agencyId],
  [{ platform: 'x' }, { scope: 'platform', key: 'x' }, agencyId],
  [{ agency: true }, { scope: 'agency', key: agencyId }, agencyId],
  [{ everything: true }, { scope: 'everything', key: '*' }, INSTALLATION],
] as const)('%j switches %j', async (scope, key, owner) => {
  const { pauses, stored } = createRig()
  const until = new Date(1)
  await pauses.pause(scope, { reason: 'holiday', by: 'ann', until })
  await pauses.resume(scope)
  expect(stored).toEqual([
    { agencyId: owner, key, options: { reason: 'holiday', by: 'ann', until } },
    { agencyId: owner, key, options: { by: 'app' } },
  ])
})

test.each([
  {},
  { acount: 'a' },
  { account: 'a', platform: 'x' },
  { account: undefined },
  { account: '' },
  { agency: false },
  { everything: false },
  { everything: 'no' },
  null,
  'everything',
])('%j switches nothing', async (scope) => {
  const { pauses, stored } = createRig()
  await expect(pauses.pause(scope as never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(pauses.resume(scope as never)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(stored).toEqual([])
})

test('names what is wrong with the options', async () => {
  const { pauses, stored } = createRig()
  const options = { reason: '', until: new Date(Number.NaN), by: 7 } as never
  await expect(pauses.pause({ agency: true }, options)).rejects.toMatchObject({
    code: 'invalid_input',
    problems: [{ path: 'reason' }, { path: 'until' }, { path: 'by' }],
  })
  await expect(pauses.pause({ platform: 'tumblr' })).rejects.toMatchObject({ code: 'unknown_platform' })
  expect(stored).toEqual([])
})

test('an agency neither stops the others nor lets them go on', async () => {
  const { pauses, stored } = createRig('agency')
  await expect(pauses.pause({ everything: true })).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(pauses.resume({ everything: true })).rejects.toMatchObject({ code: 'not_allowed' })
  expect(stored).toEqual([])
})
