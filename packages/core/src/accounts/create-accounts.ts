import * as z from 'zod'
import { pageFields, readPage } from '../creators/page.ts'
import { creatorField, findCreator } from '../creators/resolve-creator.ts'
import { isId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import { SocialError } from '../social-error.ts'
import type { Account, Accounts } from './accounts.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { addAccount } from './add-account.ts'
import { createConnect } from './connect-account.ts'
import { disconnectAccount } from './disconnect-account.ts'

const spacingMsMax = 86_400_000
const byField = once(() => z.string().min(1).max(200).optional())

const listInput = once(() =>
  z
    .strictObject({
      ...pageFields('account'),
      creator: creatorField().optional(),
      platform: z.string().min(1).optional(),
    })
    .default({}),
)

const updateInput = once(() =>
  z.strictObject({
    afterUnknown: z.enum(['ask', 'repeat_once']).optional(),
    spacing: z.int().min(0).max(spacingMsMax).optional(),
    by: byField(),
  }),
)
const disconnectInput = once(() => z.strictObject({ by: byField() }).default({}))

/** Accounts of one agency. */
export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { store, creators, readAgencyId } = dependencies
  const get = async (id: string) =>
    requireAccount(id, isId('account', id) && (await store.find(await readAgencyId(), id)))
  return {
    add: (input) => addAccount(dependencies, input),
    get,
    async list(query) {
      const { creator, platform, ...window } = parseInput(listInput(), query)
      const agencyId = await readAgencyId()
      const owner = creator === undefined ? undefined : await findCreator(creators, agencyId, creator)
      if (owner === null) return { items: [], next: null }
      const filter = { ...(owner && { creatorId: owner.id }), ...(platform !== undefined && { platform }) }
      return readPage(window, (part) => store.list(agencyId, { ...part, ...filter }))
    },
    async update(id, changes) {
      const { by = 'app', afterUnknown, spacing } = parseInput(updateInput(), changes)
      const changed = {
        ...(afterUnknown !== undefined && { afterUnknown }),
        ...(spacing !== undefined && { spacingMs: spacing }),
      }
      if (Object.keys(changed).length === 0) return get(id)
      const event = { type: 'account.updated', by, details: changed } as const
      return requireAccount(id, isId('account', id) && (await store.update(await readAgencyId(), id, changed, event)))
    },
    async disconnect(id, options) {
      const { by = 'app' } = parseInput(disconnectInput(), options)
      return requireAccount(id, isId('account', id) && (await disconnectAccount(dependencies, { id, by })))
    },
    connect: createConnect(dependencies),
  }
}

function requireAccount(id: string, account: Account | null | false): Account {
  if (account) return account
  throw new SocialError('not_found', `There is no account ${id}.`)
}
