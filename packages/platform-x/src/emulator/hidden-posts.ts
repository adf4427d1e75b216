import type { XCall } from './endpoint.ts'
import { type MissingResource, toMissing } from './problems.ts'
import type { XPost } from './state.ts'

type HiddenReason = 'suspended' | 'protected'

/** Posts of a suspended account are shown to nobody, of a protected one to itself; undefined for all others. */
export function toHiddenReason(call: XCall, { authorId }: Pick<XPost, 'authorId'>): HiddenReason | undefined {
  const { state, settings, user } = call
  const author = state.users.find(({ id }) => id === authorId)
  if (!author || author.id === user?.id) return undefined
  if (settings.accountStates[author.username] === 'suspended') return 'suspended'
  return settings.protectedAccounts.includes(author.username) ? 'protected' : undefined
}

/** The entry in `errors` for something that is there and hidden. */
export function toHiddenError({ settings }: XCall, reason: HiddenReason, missing: MissingResource) {
  const { parameter, value, resource } = missing
  const entry = toMissing(settings, missing)
  if (reason === 'suspended') {
    const type = entry.type.replace('resource-not-found', settings.suspendedError)
    return { ...entry, title: 'Forbidden', detail: `User has been suspended: [${value}].`, type }
  }
  return {
    ...entry,
    section: 'data',
    title: 'Authorization Error',
    detail: `Sorry, you are not authorized to see the ${resource === 'tweet' ? 'Tweet' : resource} with ${parameter}: [${value}].`,
    type: entry.type.replace('resource-not-found', 'not-authorized-for-resource'),
  }
}
