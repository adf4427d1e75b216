import type { CallContext, PartAsset, PartRequest, Preparation } from '@ofm-social/core'
import { type AccountLookup, toAccountId } from './account.ts'
import {
  type ContainerWork,
  containerLifeMs,
  type InstagramCheckpoint,
  type InstagramUploads,
} from './container-checkpoint.ts'
import { type ContainerStep, type ContainerTask, continueContainer } from './continue-container.ts'
import { listShownAssets, toInstagramKind } from './media-kind.ts'
import { toMediaUrl } from './media-urls.ts'
import type { InstagramFacebookSettings } from './settings.ts'
import { type MediaSource, toCarouselFields, toItemFields } from './to-request.ts'

type Part = PartRequest<InstagramFacebookSettings>
type Context = CallContext<InstagramCheckpoint>

interface Preparing extends AccountLookup {
  readonly part: Part
  readonly context: Context
}

const leadMs = { image: 60_000, video: 600_000 }

/** How early Instagram should begin to fetch and process: videos take minutes. */
export function toLeadMs({ assets }: PartRequest): number {
  return assets.some(({ mediaInfo }) => mediaInfo.kind === 'video') ? leadMs.video : leadMs.image
}

const begun: ContainerWork = { failures: 0 }

/** Makes the containers of a part and asks until Instagram has processed them. Resumes from the checkpoint and never waits; nothing becomes public. */
export async function preparePart(
  lookup: AccountLookup,
  part: Part,
  context: Context,
): Promise<Preparation<InstagramUploads>> {
  if (part.kind === 'comment') return { status: 'prepared', uploads: {} }
  const preparing = { ...lookup, part, context }
  const assets = listShownAssets(part)
  let checkpoint = context.checkpoint ?? (await begin(preparing, assets))
  const sources = await findSources(preparing, assets, checkpoint)
  const steps: ContainerStep[] = []
  for (const [index, asset] of assets.entries()) {
    const step = await continueContainer({
      ...toTask(preparing, asset, sources[index], checkpoint),
      work: checkpoint.items[index] ?? begun,
      save: async (work) => {
        // A carousel of items that were made again is made again, too.
        const items = checkpoint.items.map((old, place) => (place === index ? work : old))
        checkpoint = { ...checkpoint, items, parent: begun }
        await context.save(checkpoint, toProgress(checkpoint))
      },
    })
    steps.push(step)
  }
  const waiting = findWait(steps)
  if (waiting !== undefined) return { status: 'again', afterMs: waiting, progress: toProgress(checkpoint) }
  return toInstagramKind(part) === 'carousel' ? finishCarousel(preparing, checkpoint) : toPrepared(checkpoint)
}

async function begin({ api, config, context }: Preparing, assets: readonly PartAsset[]): Promise<InstagramCheckpoint> {
  return { accountId: await toAccountId({ api, config }, context), items: assets.map(() => begun), parent: begun }
}

/** All URLs first: a file that Instagram could not reach is found out before anything is sent. */
async function findSources(
  { config, part, context }: Preparing,
  assets: readonly PartAsset[],
  { items }: InstagramCheckpoint,
): Promise<readonly (MediaSource | undefined)[]> {
  const cover = part.settings.coverAsset === undefined ? undefined : part.assets[part.settings.coverAsset]
  const sources: (MediaSource | undefined)[] = []
  for (const [index, asset] of assets.entries()) {
    const { container } = items[index] ?? begun
    const isAlive = container !== undefined && container.createdAt + containerLifeMs > context.now
    sources.push(isAlive ? undefined : await findSource(asset))
  }
  return sources

  async function findSource(asset: PartAsset): Promise<MediaSource> {
    const isSent = config.videoUpload === 'resumable' && asset.mediaInfo.kind === 'video'
    const url = isSent ? 'resumable' : await toMediaUrl(asset, config, context)
    return cover === undefined ? { url } : { url, coverUrl: await toMediaUrl(cover, config, context) }
  }
}

function toTask(
  { api, config, part, context }: Preparing,
  asset: PartAsset,
  source: MediaSource | undefined,
  { accountId }: InstagramCheckpoint,
): Omit<ContainerTask, 'work' | 'save'> {
  const isVideo = asset.mediaInfo.kind === 'video'
  return {
    api,
    config,
    context,
    media: isVideo ? 'video' : 'image',
    ...(isVideo && config.videoUpload === 'resumable' && { sends: asset }),
    create: async () => {
      const from = source ?? { url: await toMediaUrl(asset, config, context) }
      return api.createContainer(accountId, toItemFields(part, asset, from), context)
    },
  }
}

async function finishCarousel(
  { api, config, part, context }: Preparing,
  checkpoint: InstagramCheckpoint,
): Promise<Preparation<InstagramUploads>> {
  const { accountId, items } = checkpoint
  const childIds = items.flatMap(({ container }) => container?.id ?? [])
  let current = checkpoint
  const step = await continueContainer({
    api,
    config,
    context,
    media: 'image',
    work: checkpoint.parent,
    create: () => api.createContainer(accountId, toCarouselFields(part, childIds), context),
    save: async (parent) => {
      current = { ...current, parent }
      await context.save(current, toProgress(current))
    },
  })
  if (step.status === 'again') return { ...step, progress: toProgress(current) }
  return toPrepared(current)
}

function toPrepared({ accountId, items, parent }: InstagramCheckpoint): Preparation<InstagramUploads> {
  const containers = [parent, ...items].flatMap(({ container }) => container ?? [])
  const [published] = containers
  if (!published) return { status: 'prepared', uploads: { accountId } }
  const { id: containerId, createdAt } = published
  // A carousel lives no longer than the first of its items.
  const expiresAt = Math.min(...containers.map((container) => container.createdAt)) + containerLifeMs
  return { status: 'prepared', uploads: { accountId, containerId, createdAt }, expiresAt }
}

function findWait(steps: readonly ContainerStep[]): number | undefined {
  const waits = steps.flatMap((step) => (step.status === 'again' ? [step.afterMs] : []))
  return waits.length === 0 ? undefined : Math.min(...waits)
}

function toProgress({ items }: InstagramCheckpoint) {
  const finished = items.filter(({ container }) => container?.state === 'finished').length
  return { phase: 'processing', percent: Math.round((finished / Math.max(1, items.length)) * 100) } as const
}
