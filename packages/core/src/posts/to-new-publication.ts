import type { CreateId, PublicationId } from '../model/ids.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { estimateLeadMs } from '../publishing/abilities.ts'
import { fingerprintOf } from '../publishing/fingerprint.ts'
import type { DestinationPlan } from './plan-post.ts'
import type { NewPart, NewPublication } from './post-store.ts'

/** What a plan becomes in the database; `id` is known for an edit. */
export function toNewPublication(
  plan: DestinationPlan,
  createId: CreateId,
  id: PublicationId = createId('publication'),
): NewPublication {
  const { account, adapter, target } = plan
  const parts = plan.parts.map((request) => ({ id: createId('part'), ...toPartFacts(plan, request, id) }))
  return {
    id,
    accountId: account.id,
    platform: account.platform,
    target,
    leadMs: Math.max(0, ...plan.parts.map((part) => leadMsOf(adapter, part))),
    parts,
  }
}

/** Where nothing is prepared, nothing begins before it is due. */
const leadMsOf = (adapter: PlatformAdapter, part: PartRequest): number =>
  adapter.prepareLeadMs?.(part) ?? (adapter.prepare ? estimateLeadMs(part) : 0)

function toPartFacts(plan: DestinationPlan, request: PartRequest, id: PublicationId): Omit<NewPart, 'id'> {
  const { account, target } = plan
  const { index, kind, text, settings, rating, assets } = request
  const fingerprint = fingerprintOf({
    platform: account.platform,
    account: account.externalId,
    target,
    index,
    kind,
    text,
    settings,
    rating,
    assets: assets.map(({ sha256, altText }) => ({ sha256, altText })),
  })
  return { index, kind, likeness: likenessOf(plan, request, id), fingerprint, request }
}

/** Of the first part: what a listing, or a reader, could compare with other posts of the platform. */
export const likenessOfFirst = (plan: DestinationPlan): string | null => {
  const [first] = plan.parts
  return first ? likenessOf(plan, first, null) : null
}

/** Accounts are kept apart by whoever compares. Replies are told apart by what they reply to; null where a handle or a key recognises the write. */
function likenessOf(
  { adapter, target }: DestinationPlan,
  request: PartRequest,
  id: PublicationId | null,
): string | null {
  const parent = request.index === 0 ? null : `${id}/${request.index - 1}`
  if (adapter.likeness) {
    const own = adapter.likeness(request)
    // Hashed: an adapter may answer a whole text, and an index takes short values only.
    return own === null ? null : fingerprintOf({ own, parent })
  }
  const text = request.text.normalize('NFC').replace(/\s+/g, ' ').trim()
  return fingerprintOf({
    target,
    kind: request.kind,
    text,
    media: request.assets.length,
    parent,
  })
}
