import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { type InputProblem, SocialError } from '../social-error.ts'
import type { PostContent } from './post-input.ts'
import type { DestinationAccount, PostMaterial } from './post-store.ts'

export type AssetItem = NonNullable<PostContent['assets']>[number]

/** An account or an asset that a post names, and where it does. */
interface Reference {
  readonly id: string
  /** `to/0`, `to/0/account`, `parts/1/assets/2/asset`. */
  readonly path: string
}

export const assetIdOf = (item: AssetItem): string => (typeof item === 'string' ? item : item.asset)

/** All ids that a post names, for one read. */
export function toMaterialQuery(content: PostContent): {
  readonly accountIds: readonly string[]
  readonly assetIds: readonly string[]
} {
  const { accounts, assets } = listReferences(content)
  return { accountIds: unique(accounts), assetIds: unique(assets) }
}

const unique = (references: readonly Reference[]): readonly string[] => [...new Set(references.map(({ id }) => id))]

/**
 * Refuses a post that names what is not there, what belongs to another creator, or a platform that is not installed: it has no meaning then.
 *
 * @throws {SocialError} `not_found`, `unknown_platform` or `mixed_creators`, in this order, with everything that is wrong.
 */
export function refuseReferences(
  content: PostContent,
  material: PostMaterial,
  adapters: ReadonlyMap<string, PlatformAdapter>,
): void {
  const { accounts, assets } = listReferences(content)
  const first = accounts.flatMap(({ id }) => material.accounts.find((account) => account.id === id) ?? [])[0]
  const problems = [
    ...accounts.flatMap((reference) => findAccountProblems(reference, { material, adapters, first })),
    ...assets.flatMap((reference) => findAssetProblems(reference, material, first)),
  ]
  const [worst] = refusals.filter((code) => problems.some((problem) => problem.code === code))
  if (worst) throw new SocialError(worst, problems.map(({ message }) => message).join(' '), { problems })
}

const refusals = ['not_found', 'unknown_platform', 'mixed_creators'] as const

type ReferenceProblem = InputProblem & { readonly code: (typeof refusals)[number] }

function findAccountProblems(
  { id, path }: Reference,
  known: {
    readonly material: PostMaterial
    readonly adapters: ReadonlyMap<string, PlatformAdapter>
    /** The account that says whose post it is. */
    readonly first: DestinationAccount | undefined
  },
): readonly ReferenceProblem[] {
  const { material, adapters, first } = known
  const account = material.accounts.find((candidate) => candidate.id === id)
  if (!account) return [{ path, code: 'not_found', message: `${path}: there is no account ${id}.` }]
  const problems: ReferenceProblem[] = []
  if (!adapters.has(account.platform)) {
    const message = `${path}: there is no adapter for ${account.platform}; there are: ${[...adapters.keys()].join(', ')}.`
    problems.push({ path, code: 'unknown_platform', message })
  }
  if (first && account.creatorId !== first.creatorId) {
    const message = `${path}: account ${id} belongs to another creator than ${first.id}. A post has one creator: create a post for each.`
    problems.push({ path, code: 'mixed_creators', message })
  }
  return problems
}

function findAssetProblems(
  { id, path }: Reference,
  { assets }: PostMaterial,
  first: DestinationAccount | undefined,
): readonly ReferenceProblem[] {
  const asset = assets.find((candidate) => candidate.id === id)
  if (!asset) return [{ path, code: 'not_found', message: `${path}: there is no asset ${id}.` }]
  if (!first || asset.creatorId === first.creatorId) return []
  const message = `${path}: asset ${id} belongs to another creator than the accounts.`
  return [{ path, code: 'mixed_creators', message }]
}

function listReferences({ to, assets = [], parts = [] }: PostContent): {
  readonly accounts: readonly Reference[]
  readonly assets: readonly Reference[]
} {
  const ofParts = (own: typeof parts, prefix: string): readonly Reference[] =>
    own.flatMap((part, index) => listAssets(part.assets ?? [], `${prefix}parts/${index}/`))
  return {
    accounts: to.map((item, index) =>
      typeof item === 'string' ? { id: item, path: `to/${index}` } : { id: item.account, path: `to/${index}/account` },
    ),
    assets: [
      ...listAssets(assets, ''),
      ...ofParts(parts, ''),
      ...to.flatMap((item, index) => (typeof item === 'string' ? [] : ofParts(item.parts ?? [], `to/${index}/`))),
    ],
  }
}

const listAssets = (items: readonly AssetItem[], prefix: string): readonly Reference[] =>
  items.map((item, index) => ({
    id: assetIdOf(item),
    path: `${prefix}assets/${index}${typeof item === 'string' ? '' : '/asset'}`,
  }))
