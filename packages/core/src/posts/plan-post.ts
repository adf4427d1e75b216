import type { AssetId } from '../model/ids.ts'
import { toPostPath } from '../platform/part-path.ts'
import type { PartAsset, PartKind, PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts, PlatformAdapter } from '../platform/platform-adapter.ts'
import type { PostProblem } from '../platform/post-problem.ts'
import { writeProblemMessage } from '../platform/problem-message.ts'
import type { StandardIssue } from '../platform/standard-schema.ts'
import { SocialError } from '../social-error.ts'
import type { DestinationUses } from '../spending/post-quote.ts'
import type { PostContent } from './post-input.ts'
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

type AssetItem = NonNullable<PostContent['assets']>[number]

const assetIdOf = (item: AssetItem): string => (typeof item === 'string' ? item : item.asset)

/** All ids that a post names, for one read. */
export function toMaterialQuery(content: PostContent): {
  readonly accountIds: readonly string[]
  readonly assetIds: readonly string[]
} {
  const destinations = content.to.map((item) => (typeof item === 'string' ? { account: item } : item))
  const parts = [
    ...(content.parts ?? []),
    ...destinations.flatMap((item) => ('parts' in item ? (item.parts ?? []) : [])),
  ]
  const assets = [...(content.assets ?? []), ...parts.flatMap((part) => part.assets ?? [])]
  return { accountIds: unique(destinations.map((item) => item.account)), assetIds: unique(assets.map(assetIdOf)) }
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)]

/**
 * Finds all problems of all destinations at once.
 *
 * @throws {SocialError} `not_found`, `mixed_creators`, `unknown_platform`: the post has no meaning then.
 */
export async function planPost(
  content: PostContent,
  material: PostMaterial,
  adapters: ReadonlyMap<string, PlatformAdapter>,
  factsOf: FactsOf,
): Promise<readonly DestinationPlan[]> {
  const destinations = content.to.map((item) => (typeof item === 'string' ? { account: item } : item))
  const accounts = destinations.map(({ account }) => requireFound(material.accounts, account, 'account'))
  const [creator, ...others] = unique(accounts.map(({ creatorId }) => creatorId))
  if (others.length > 0)
    throw new SocialError(
      'mixed_creators',
      'A post has one creator, and these accounts belong to several: create a post for each.',
    )
  for (const id of toMaterialQuery(content).assetIds) {
    const asset = requireFound(material.assets, id, 'asset')
    if (asset.creatorId !== creator)
      throw new SocialError('mixed_creators', `Asset ${id} belongs to another creator than the accounts.`)
  }
  const seen = new Set<string>()
  return Promise.all(
    destinations.map((destination, index) => {
      const account = accounts[index]
      if (!account) throw new Error('destinations and accounts differ')
      const name = `${account.id} ${'target' in destination ? destination.target : ''}`
      const repeated = seen.has(name)
      seen.add(name)
      return planDestination(content, destination, index, account, repeated, material, adapters, factsOf)
    }),
  )
}

function requireFound<Row extends { readonly id: string }>(rows: readonly Row[], id: string, kind: string): Row {
  const found = rows.find((row) => row.id === id)
  if (found) return found
  throw new SocialError('not_found', `There is no ${kind} ${id}.`)
}

type DestinationItem = Exclude<PostContent['to'][number], string>

async function planDestination(
  content: PostContent,
  item: DestinationItem,
  destination: number,
  account: DestinationAccount,
  repeated: boolean,
  material: PostMaterial,
  adapters: ReadonlyMap<string, PlatformAdapter>,
  factsOf: FactsOf,
): Promise<DestinationPlan> {
  const adapter = adapters.get(account.platform)
  if (!adapter)
    throw new SocialError(
      'unknown_platform',
      `No adapter for ${account.platform}; there are: ${[...adapters.keys()].join(', ')}.`,
    )
  const target = item.target ?? null
  const { value: settings, problems: settingsProblems } = await readSettings(adapter, item.settings)
  const parts = toParts(content, item, material, settings, target)
  const facts = await factsOf(account, target, adapter)
  const found: PostProblem[] = [
    ...(repeated ? [{ code: 'repeated', path: 'to', message: 'The same account and target are named twice.' }] : []),
    ...settingsProblems,
    ...parts.flatMap(({ request, prefix }) =>
      checkPart(adapter, request, facts).map((problem) => ({ ...problem, path: prefix(problem.path) })),
    ),
  ]
  const distinct = found.filter((problem, index) => found.findIndex((other) => isSame(other, problem)) === index)
  const problems = distinct.map((problem) => ({
    ...problem,
    destination,
    platform: account.platform,
    message: writeProblemMessage(problem, adapter.displayName),
  }))
  const requests = parts.map(({ request }) => request)
  // A part whose settings are none has no price either.
  const uses = settingsProblems.length > 0 ? null : usesOf(adapter, requests, facts)
  return { destination, account, adapter, target, parts: requests, problems, uses }
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
  content: PostContent,
  item: DestinationItem,
  material: PostMaterial,
  settings: unknown,
  target: string | null,
): readonly PlannedPart[] {
  const own = item.parts ?? (item.text === undefined ? content.parts : undefined)
  const threaded = own !== undefined
  const inputs = own ?? [{ text: item.text ?? content.text ?? '', assets: content.assets ?? [] }]
  const request = (kind: PartKind, index: number, text: string, assets: readonly AssetItem[]): PartRequest => ({
    kind,
    index,
    text,
    assets: assets.map((asset) => toPartAsset(asset, material)),
    settings,
    rating: content.rating ?? 'general',
    ...(target === null ? {} : { target }),
  })
  const requests = inputs.map((part, index) =>
    request(index === 0 ? 'post' : 'thread', index, part.text ?? '', part.assets ?? []),
  )
  if (content.comment !== undefined) requests.push(request('comment', requests.length, content.comment, []))
  return requests.map((part) => ({ request: part, prefix: (path) => toPostPath(part, threaded, path) }))
}

function toPartAsset(item: AssetItem, material: PostMaterial): PartAsset {
  const id = assetIdOf(item)
  const asset = requireFound(material.assets, id, 'asset')
  const altText = typeof item === 'string' ? undefined : item.altText
  const { sha256, sizeBytes, mediaInfo } = asset
  return { id: id as AssetId, sha256, sizeBytes, mediaInfo, ...(altText === undefined ? {} : { altText }) }
}
