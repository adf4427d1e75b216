import { type InstagramCall, toHostUrl } from './call.ts'
import type { Caller } from './caller.ts'
import { type NodeFields, selectFields } from './fields.ts'
import { mintToken } from './ids.ts'
import type { FacebookPage, InstagramToken, InstagramUser } from './state.ts'

/** Fields of an account: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user */
export function toAccountFields(call: InstagramCall, caller: Caller, user: InstagramUser): NodeFields {
  const { context, settings } = call
  const own = context.state.media.filter(
    ({ accountId, parentId, deletedAt }) => accountId === user.id && parentId === null && deletedAt === null,
  )
  const both: NodeFields = {
    username: () => user.username,
    name: () => user.name,
    biography: () => `${user.name} on the emulator of Instagram`,
    website: () => '',
    profile_picture_url: () => `${toHostUrl(call, 'scontent.cdninstagram.com')}/profile/${user.id}.svg`,
    followers_count: () => settings.followersCount,
    follows_count: () => 10,
    media_count: () => own.filter(({ product }) => product !== 'STORY').length,
  }
  if (caller.login === 'instagram') {
    return { ...both, id: () => user.scopedId, user_id: () => user.id, account_type: () => user.accountType }
  }
  return {
    ...both,
    id: () => user.id,
    ig_id: () => Number(user.id.slice(-10)),
    has_profile_pic: () => true,
    is_published: () => true,
    legacy_instagram_user_id: () => user.id,
    shopping_product_tag_eligibility: () => false,
  }
}

/** Fields of a Page that this API needs. */
export function toPageFields(call: InstagramCall, caller: Caller, page: FacebookPage): NodeFields {
  const user = call.context.state.users.find(({ id }) => id === page.accountId)
  const linked: NodeFields[string] = ({ fields }) =>
    user && selectFields(toAccountFields(call, caller, user), fields, 'IGUser')
  return {
    id: () => page.id,
    name: () => page.name,
    access_token: () => takePageToken(call, caller, page),
    category: () => 'Personal blog',
    category_list: () => [{ id: '2700', name: 'Personal blog' }],
    tasks: () => ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'],
    instagram_business_account: linked,
    connected_instagram_account: linked,
    link: () => `${toHostUrl(call, 'www.facebook.com')}/${page.id}`,
  }
}

/** The token of the Page for this person. From a long-lived token it has no end of its own. */
function takePageToken({ context }: InstagramCall, { token }: Caller, page: FacebookPage): string {
  if (token.kind === 'page') return token.token
  const { state, now, random } = context
  const expiresAt = token.life === 'long' ? null : token.expiresAt
  const known = state.tokens.find(
    (candidate) =>
      candidate.pageId === page.id &&
      candidate.ownerId === token.ownerId &&
      candidate.expiresAt === expiresAt &&
      candidate.revoked === null &&
      candidate.scopes.join() === token.scopes.join(),
  )
  if (known) return known.token
  const minted: InstagramToken = {
    ...token,
    token: mintToken('EAA', random),
    kind: 'page',
    pageId: page.id,
    issuedAt: now,
    expiresAt,
  }
  state.tokens.push(minted)
  return minted.token
}
