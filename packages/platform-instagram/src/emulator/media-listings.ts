import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, type Caller, findAccount, requireAccount, requirePermission } from './caller.ts'
import { parseFields, selectFields } from './fields.ts'
import { missingObject, wrongParameter } from './graph-error.ts'
import { answerAccountInsights } from './insights-account.ts'
import { answerMediaInsights } from './insights-media.ts'
import { findMedia, listChildMedia, toMediaFields } from './media-fields.ts'
import { cutPage } from './paging.ts'
import { postFromPhone } from './post-from-phone.ts'
import { readScenario } from './scenario.ts'
import type { InstagramUser, Media } from './state.ts'

const dayMs = 86_400_000
const pageLimits = { defaultLimit: 25, limitMax: 100 }
const listedMax = 10_000

/** https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media */
export const listingEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts: graphHosts, path: '/:id/media', answer: listMedia },
  { method: 'GET', hosts: graphHosts, path: '/:id/stories', answer: listStories },
  { method: 'GET', hosts: graphHosts, path: '/:id/children', answer: listChildren },
  { method: 'GET', hosts: graphHosts, path: '/:id/insights', answer: answerInsights },
]

function listMedia(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'basic')
  const user = requireAccount(call, caller)
  playOwner(call, user, 'FEED')
  const since = readMoment(call, 'since') ?? 0
  const until = readMoment(call, 'until') ?? Number.POSITIVE_INFINITY
  const media = listLive(call, user).filter(
    ({ product, createdAt }) => product !== 'STORY' && createdAt >= since && createdAt <= until,
  )
  return answerMedia(call, caller, media.slice(0, listedMax))
}

function listStories(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'basic')
  const user = requireAccount(call, caller)
  playOwner(call, user, 'STORY')
  const { now } = call.context
  const stories = listLive(call, user).filter(
    ({ product, createdAt }) => product === 'STORY' && createdAt > now - dayMs,
  )
  return answerMedia(call, caller, stories)
}

function listChildren(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'basic')
  const media = findMedia(call, caller, call.ids.id ?? '')
  if (!media) throw missingObject(call.ids.id ?? '', 'GET')
  return answerMedia(call, caller, listChildMedia(call, media))
}

function answerInsights(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const id = call.ids.id ?? ''
  const media = findMedia(call, caller, id)
  if (media) return answerMediaInsights(call, media)
  return answerAccountInsights(call, findAccount(call, caller, id) ?? requireAccount(call, caller))
}

function playOwner(call: InstagramCall, user: InstagramUser, product: 'FEED' | 'STORY'): void {
  if (readScenario(call) === 'owner_posts_concurrently') postFromPhone(call, user, product)
}

/** Newest first, without items of carousels. */
function listLive({ context, settings }: InstagramCall, { id }: InstagramUser): readonly Media[] {
  const seenBefore = context.now - settings.listingLagMs
  return context.state.media
    .filter(
      ({ accountId, parentId, deletedAt, createdAt }) =>
        accountId === id && parentId === null && deletedAt === null && createdAt <= seenBefore,
    )
    .reverse()
}

function answerMedia(call: InstagramCall, caller: Caller, media: readonly Media[]): EmulatorAnswer {
  const { items, paging } = cutPage(call, media, pageLimits)
  const asked = parseFields(call.parameters.get('fields') || 'id')
  const data = items.map((item) => selectFields(toMediaFields(call, caller, item), asked, 'IGMedia'))
  return answerJson(paging === undefined ? { data } : { data, paging })
}

/** Unix seconds, or a date. */
function readMoment({ parameters }: InstagramCall, name: string): number | undefined {
  const text = parameters.get(name)
  if (!text) return undefined
  const at = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (Number.isNaN(at)) throw wrongParameter(`(#100) Param ${name} must be a valid timestamp`)
  return at
}
