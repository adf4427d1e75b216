import { toPostPath } from '../platform/part-path.ts'
import type { RepetitionLimits } from '../platform/repetition-limits.ts'
import type { DestinationPlan } from './plan-post.ts'
import type { AlikePublication, AlikeQuery } from './post-store.ts'
import type { DestinationWarning } from './posts.ts'
import { likenessOfFirst } from './to-new-publication.ts'

/** Publications of the agency that are like the post; absent where nothing may be asked. */
export type FindAlike = (query: AlikeQuery) => Promise<readonly AlikePublication[]>

const WARNINGS_MAX = 5

/** A destination whose platform minds repetitions, with what it is compared by. */
interface Compared {
  readonly plan: DestinationPlan
  readonly limits: RepetitionLimits
  readonly likeness: string
  readonly assets: readonly string[]
}

type Other = Pick<AlikePublication, 'account' | 'platform' | 'likeness' | 'assets' | 'dueAt' | 'state'> & {
  readonly id: AlikePublication['id'] | null
}

/** What the post would repeat, per destination: of its own other destinations, and of what the agency has published or planned around that time. */
export async function warnOfRepetition(
  plans: readonly DestinationPlan[],
  dueAt: number,
  findAlike?: FindAlike,
): Promise<readonly DestinationWarning[]> {
  const compared = plans.flatMap(toCompared)
  if (compared.length === 0) return []
  const widestMs = Math.max(
    ...compared.map(({ limits }) => Math.max(limits.otherAccountsWithinMs ?? 0, limits.sameAccountWithinMs ?? 0)),
  )
  const stored = await findAlike?.({
    platforms: [...new Set(compared.map(({ plan }) => plan.account.platform))],
    likenesses: [...new Set(compared.map(({ likeness }) => likeness))],
    dueFrom: dueAt - widestMs,
    dueUntil: dueAt + widestMs,
  })
  return compared.flatMap((mine, index) => {
    const others = [...compared.slice(0, index).map((other) => toOther(other, dueAt)), ...(stored ?? [])]
    return warnOf(mine, others, dueAt)
  })
}

function toCompared(plan: DestinationPlan): readonly Compared[] {
  const limits = plan.adapter.limits.repetition
  const likeness = limits ? likenessOfFirst(plan) : null
  if (!limits || likeness === null) return []
  return [{ plan, limits, likeness, assets: (plan.parts[0]?.assets ?? []).map(({ sha256 }) => sha256) }]
}

const toOther = ({ plan: { account }, likeness, assets }: Compared, dueAt: number): Other => ({
  id: null,
  account,
  platform: account.platform,
  likeness,
  assets,
  dueAt,
  state: 'scheduled',
})

/** One for each account that has the same: the one that is nearest in time. */
function warnOf(mine: Compared, others: readonly Other[], dueAt: number): readonly DestinationWarning[] {
  const alike = others
    .filter((other) => isAlike(mine, other) && isTooNear(mine, other, dueAt))
    .sort((a, b) => Math.abs(a.dueAt - dueAt) - Math.abs(b.dueAt - dueAt))
  const nearest = alike.filter(
    ({ account }, index) => alike.findIndex((other) => other.account.id === account.id) === index,
  )
  return nearest.slice(0, WARNINGS_MAX).map((other) => toWarning(mine, other))
}

/** Posts without a word are alike only where their files are the same. */
function isAlike({ plan, likeness, assets }: Compared, other: Other): boolean {
  if (other.platform !== plan.account.platform || other.likeness !== likeness) return false
  if (plan.parts[0]?.text.trim()) return true
  return assets.length === other.assets.length && assets.every((sha256, index) => sha256 === other.assets[index])
}

function isTooNear({ plan, limits }: Compared, other: Other, dueAt: number): boolean {
  const isOwn = other.account.id === plan.account.id
  // What was taken off again is no longer on another account, but a platform may remember it for its own.
  if (!isOwn && other.state === 'removed') return false
  const withinMs = isOwn ? limits.sameAccountWithinMs : limits.otherAccountsWithinMs
  return withinMs !== undefined && Math.abs(other.dueAt - dueAt) < withinMs
}

function toWarning({ plan, limits }: Compared, { id, account, dueAt }: Other): DestinationWarning {
  const { displayName } = plan.adapter
  const isOwn = account.id === plan.account.id
  const where = id === null ? 'in this post' : `${id}, due ${new Date(dueAt).toISOString()}`
  const name = account.username === null ? account.externalId : `@${account.username}`
  const [first] = plan.parts
  const threaded = plan.parts.some(({ kind }) => kind === 'thread')
  return {
    destination: plan.destination,
    platform: plan.account.platform,
    code: isOwn ? 'repeated_on_account' : 'repeated_on_other_account',
    path: first ? toPostPath(first, threaded, first.text.trim() ? 'text' : 'assets') : 'text',
    message: isOwn
      ? `${name} has the same post already (${where}); ${displayName} may refuse what repeats within ${toHours(limits.sameAccountWithinMs)} hours.`
      : `${name} has the same post (${where}); ${displayName} forbids the same or nearly the same on several accounts.`,
    accountId: account.id,
    publicationId: id,
  }
}

const toHours = (ms = 0): number => Math.round(ms / 3_600_000)
