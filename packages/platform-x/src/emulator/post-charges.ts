import type { Charge } from './charges.ts'
import { findUrls } from './counting.ts'
import type { XCall } from './endpoint.ts'
import { readPostBody } from './post-body.ts'
import { isSummoned } from './post-rules.ts'
import { topLevelDomains } from './top-level-domains.ts'

/** What may make a post dear: X's price list says "with URL" and no more. */
export type UrlKind = 'with_protocol' | 'bare' | 'short' | 'post' | 'quote' | 'handle'

/** A post, dear with a URL, cheap where the author of the target asked for it: https://docs.x.com/x-api/getting-started/pricing */
export function chargeForPost(call: XCall): readonly Charge[] {
  const { settings, state, user, request } = call
  const body = readPostBody(request, settings)
  if (body.editedId !== null && settings.editBilling === 'free') return []
  const kinds = listUrlKinds(body.text)
  if (body.quotedId !== null) kinds.push('quote')
  if (kinds.some((kind) => settings.pricedUrls.includes(kind))) return [{ key: 'post.create.with_url' }]
  const target = state.posts.find(({ id }) => id === body.repliedToId)
  if (!target || !user || settings.plan === 'enterprise') return [{ key: 'post.create' }]
  const isCheap =
    target.authorId === user.id ? settings.selfReplyBilling === 'summoned' : isSummoned({ ...call, user }, target)
  return [{ key: isCheap ? 'post.create.summoned' : 'post.create' }]
}

function listUrlKinds(text: string): UrlKind[] {
  const handles = [...text.matchAll(/@\w{1,15}\.([a-z]{2,})/gi)]
  const hasHandle = handles.some(([, domain = '']) => topLevelDomains.has(domain.toLowerCase()))
  return [...findUrls(text).map(({ url }) => toKind(url)), ...(hasHandle ? (['handle'] as const) : [])]
}

function toKind(url: string): UrlKind {
  const rest = url.replace(/^https?:\/\//i, '')
  if (/^t\.co(\/|$)/i.test(rest)) return 'short'
  if (/^((www|mobile)\.)?(x|twitter)\.com\/\w+\/status\/\d+/i.test(rest)) return 'post'
  return rest === url ? 'bare' : 'with_protocol'
}
