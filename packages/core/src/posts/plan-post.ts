import type { AssetId } from '../model/ids.ts'
import { toPostPath } from '../platform/part-path.ts'
import type { PartAsset, PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts, PlatformAdapter } from '../platform/platform-adapter.ts'
import type { PostProblem } from '../platform/post-problem.ts'
import { writeProblemMessage } from '../platform/problem-message.ts'
import type { StandardIssue } from '../platform/standard-schema.ts'
import type { DestinationUses } from '../spending/post-quote.ts'
import type { PostContent } from './post-input.ts'
import { type AssetItem, assetIdOf, refuseReferences } from './post-references.ts'
import type { DestinationAccount, PostMaterial } from './post-store.ts'
import type { DestinationProblem } from './posts.ts'

/** One post on one destination, as its adapter will see it. */
export interface DestinationPlan {
  readonly destination: number
  readonly account: DestinationAccount
  readonly adapter: PlatformAdapter
  readonly target: string | null
  readonly parts: readonly PartRequest[]
  readonly problems: readonly DestinationProblem[]
  /** What publishing uses, where the platform asks money for calls. */
  readonly uses: DestinationUses | null
}

/** Reads facts of a destination that are wanted and not stored, or the last ones that are. */
export type FactsOf = (
  account: DestinationAccount,
  target: string | null,
  adapter: PlatformAdapter,
) => Promise<DestinationFacts | undefined>

/** A post, and all that it is planned with. */
export interface PostToPlan {
  readonly content: PostContent
  readonly material: PostMaterial
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly factsOf: FactsOf
}

/**
 * Finds all problems of all destinations at once.
 *
 * @throws {SocialError} `not_found`, `unknown_platform`, `mixed_creators`, each with all that is wrong: the post has no meaning then.
 */
export async function planPost(post: PostToPlan): Promise<readonly DestinationPlan[]> {
  const { content, material, adapters } = post
  refuseReferences(content, material, adapters)
  return Promise.all(toDestinations(post).map((destination) => planDestination(post, destination)))
}

interface Destination {
  readonly number: number
  readonly item: Exclude<PostContent['to'][number], string>
  readonly account: DestinationAccount
  readonly adapter: PlatformAdapter
  readonly target: string | null
  /** Whether an earlier one has the same account and target. */
  readonly named: 'first' | 'again'
}

function toDestinations({ content, material, adapters }: PostToPlan): readonly Destination[] {
  const seen = new Set<string>()
  return content.to.map((given, number) => {
    const item = typeof given === 'string' ? { account: given } : given
    const account = findRow(material.accounts, item.account)
    const adapter = adapters.get(account.platform)
    if (!adapter) throw new Error(`no adapter for ${account.platform}`)
    const target = ('target' in item ? item.target : undefined) ?? null
    const name = `${account.id} ${target ?? ''}`
    const named = seen.has(name) ? 'again' : 'first'
    seen.add(name)
    return { number, item, account, adapter, target, named }
  })
}

/** Of rows that are known to be there. */
function findRow<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  const found = rows.find((row) => row.id === id)
  if (found) return found
  throw new Error(`no row ${id}`)
}

const namedAgain: PostProblem = {
  code: 'repeated',
  path: 'to',
  message: 'The same account and target are named twice.',
}

async function planDestination(post: PostToPlan, destination: Destination): Promise<DestinationPlan> {
  const { number, item, account, adapter, target, named } = destination
  const { value: settings, problems: settingsProblems } = await readSettings(adapter, item.settings)
  const parts = toParts(post, destination, settings)
  const facts = await post.factsOf(account, target, adapter)
  const found: PostProblem[] = [
    ...(named === 'again' ? [namedAgain] : []),
    ...settingsProblems,
    ...parts.flatMap(({ request, prefix }) =>
      checkPart(adapter, request, facts).map((problem) => ({ ...problem, path: prefix(problem.path) })),
    ),
  ]
  const distinct = found.filter((problem, index) => found.findIndex((other) => isSame(other, problem)) === index)
  const problems = distinct.map((problem) => ({
    ...problem,
    destination: number,
    platform: account.platform,
    message: writeProblemMessage(problem, adapter.displayName),
  }))
  const requests = parts.map(({ request }) => request)
  // A part whose settings are none has no price either.
  const uses = settingsProblems.length > 0 ? null : usesOf(adapter, requests, facts)
  return { destination: number, account, adapter, target, parts: requests, problems, uses }
}

function usesOf(
  { platform, meters, readBaseline }: PlatformAdapter,
  parts: readonly PartRequest[],
  facts: DestinationFacts | undefined,
): DestinationUses | null {
  if (!meters) return null
  const before = (readBaseline && meters.usesOfBaseline?.()) ?? []
  const uses = parts.flatMap((part) => [...meters.usesOfPart(part, facts).publish, ...before])
  return { platform, prices: meters.prices, uses }
}

const isSame = (a: PostProblem, b: PostProblem): boolean =>
  a.path === b.path && a.code === b.code && a.message === b.message

function checkPart(
  adapter: PlatformAdapter,
  request: PartRequest,
  facts: DestinationFacts | undefined,
): readonly PostProblem[] {
  if (request.text.trim() === '' && request.assets.length === 0) return [{ code: 'empty', path: 'text' }]
  return adapter.checkPart(request, facts)
}

async function readSettings(
  adapter: PlatformAdapter,
  given: unknown,
): Promise<{ readonly value: unknown; readonly problems: readonly PostProblem[] }> {
  const value = given ?? {}
  if (!adapter.settings) {
    const any = typeof value !== 'object' || Object.keys(value).length > 0
    return { value: {}, problems: any ? [{ code: 'not_supported', path: 'settings', fix: 'remove' }] : [] }
  }
  const result = await adapter.settings['~standard'].validate(value)
  if (!result.issues) return { value: result.value, problems: [] }
  return { value, problems: result.issues.map(toSettingsProblem) }
}

function toSettingsProblem({ message, path }: StandardIssue): PostProblem {
  const keys = (path ?? []).map((key) => String(typeof key === 'object' ? key.key : key))
  return { code: 'invalid', path: ['settings', ...keys].join('/'), message }
}

interface PlannedPart {
  readonly request: PartRequest
  /** From a path in the part to one in the post. */
  readonly prefix: (path: string) => string
}

/** The post, the rest of a thread, and a first comment. A destination may override text and parts. */
function toParts(
  { content, material }: PostToPlan,
  { item, target }: Destination,
  settings: unknown,
): readonly PlannedPart[] {
  const own = item.parts ?? (item.text === undefined ? content.parts : undefined)
  const threaded = own !== undefined
  const inputs = own ?? [{ text: item.text ?? content.text ?? '', assets: content.assets ?? [] }]
  const toRequest = ({ assets, ...part }: PartContent): PartRequest => ({
    ...part,
    assets: assets.map((asset) => toPartAsset(asset, material)),
    settings,
    rating: content.rating ?? 'general',
    ...(target === null ? {} : { target }),
  })
  const requests = inputs.map(({ text = '', assets = [] }, index) =>
    toRequest({ kind: index === 0 ? 'post' : 'thread', index, text, assets }),
  )
  if (content.comment !== undefined) {
    requests.push(toRequest({ kind: 'comment', index: requests.length, text: content.comment, assets: [] }))
  }
  return requests.map((part) => ({ request: part, prefix: (path) => toPostPath(part, threaded, path) }))
}

interface PartContent extends Pick<PartRequest, 'kind' | 'index' | 'text'> {
  readonly assets: readonly AssetItem[]
}

function toPartAsset(item: AssetItem, { assets }: PostMaterial): PartAsset {
  const id = assetIdOf(item)
  const altText = typeof item === 'string' ? undefined : item.altText
  const { sha256, sizeBytes, mediaInfo } = findRow(assets, id)
  return { id: id as AssetId, sha256, sizeBytes, mediaInfo, ...(altText === undefined ? {} : { altText }) }
}
