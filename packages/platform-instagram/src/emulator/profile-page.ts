import { type EmulatorAnswer, type EmulatorContext, escapeHtml, renderPage } from '@ofm-social/core/testing'
import { answerJson, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { revokeApp, toScopedId } from './identity.ts'
import { toMediaUrl, toPermalink } from './media-fields.ts'
import { queueSignedRequest } from './signed-request.ts'
import type { InstagramState, InstagramUser, Media } from './state.ts'

const pages = ['www.instagram.com', 'instagram.com'] as const
const storyLifeMs = 86_400_000

/** What people see in a browser: a page per account and per post, and the pictures on them. */
export const pageEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts: pages, path: '/p/:code', answer: showPost },
  { method: 'GET', hosts: pages, path: '/reel/:code', answer: showPost },
  { method: 'GET', hosts: pages, path: '/stories/:username/:id', answer: showStory },
  { method: 'POST', hosts: pages, path: '/:username/apps', answer: removeAppByHand },
  { method: 'GET', hosts: pages, path: '/:username', answer: showProfile },
  { method: 'GET', hosts: pages, path: '/', answer: listProfiles },
  { method: 'GET', hosts: ['scontent.cdninstagram.com'], path: '/profile/:id', answer: showPicture },
  { method: 'GET', hosts: ['scontent.cdninstagram.com'], path: '/thumbnail/:id', answer: showThumbnail },
  { method: 'GET', hosts: ['scontent.cdninstagram.com'], path: '/:id', answer: showBytes },
]

function listProfiles({ context }: InstagramCall): EmulatorAnswer {
  const items = context.state.users.map(
    ({ username }) => `<li><a href="/www.instagram.com/${username}/">@${username}</a></li>`,
  )
  return page('Accounts on the emulator of Instagram', `<ul>\n${items.join('\n')}\n</ul>`)
}

function showProfile(call: InstagramCall): EmulatorAnswer {
  const user = findUser(call)
  if (!user) return notHere
  const live = call.context.state.media
    .filter((media) => media.accountId === user.id && media.parentId === null && isLive(call.context, media))
    .reverse()
  const forms = [
    `<form method="post" action="/www.instagram.com/${user.username}/apps">`,
    '<button name="do" value="remove">Remove the app</button>',
    '<button name="do" value="delete_data">Remove the app and ask it to delete my data</button>',
    '</form>',
  ]
  const shown = live.length === 0 ? '<p>Nothing yet.</p>' : live.map((media) => showArticle(call, media)).join('\n')
  return page(`@${user.username}`, `${shown}\n${forms.join('\n')}`)
}

function showPost(call: InstagramCall): EmulatorAnswer {
  const media = call.context.state.media.find(
    ({ shortcode, product, parentId }) => shortcode === call.ids.code && product !== 'STORY' && parentId === null,
  )
  return showOne(call, media)
}

function showStory(call: InstagramCall): EmulatorAnswer {
  return showOne(
    call,
    call.context.state.media.find(({ id, product }) => id === call.ids.id && product === 'STORY'),
  )
}

function showOne(call: InstagramCall, media: Media | undefined): EmulatorAnswer {
  if (!media || !isLive(call.context, media)) return notHere
  const user = call.context.state.users.find(({ id }) => id === media.accountId)
  return page(`@${user?.username ?? ''}`, showArticle(call, media))
}

function isLive({ now }: EmulatorContext<InstagramState>, { deletedAt, product, createdAt }: Media): boolean {
  return deletedAt === null && (product !== 'STORY' || createdAt + storyLifeMs > now)
}

function showArticle(call: InstagramCall, media: Media): string {
  const { state } = call.context
  const parts = media.childIds.length > 0 ? state.media.filter(({ parentId }) => parentId === media.id) : [media]
  const comments = state.comments
    .filter(({ mediaId, deletedAt, hidden }) => mediaId === media.id && deletedAt === null && !hidden)
    .map(({ text, accountId }) => {
      const author = state.users.find(({ id }) => id === accountId)
      return `<p><small>@${escapeHtml(author?.username ?? '')}: ${escapeHtml(text)}</small></p>`
    })
  const link = `<small><a href="${escapeHtml(toPermalink(call, media))}">${media.product.toLowerCase()}</a></small>`
  const shown = parts.map((part) => showMedium(call, part))
  return `<article>${[...shown, escapeHtml(media.caption), link, ...comments].join('\n')}</article>`
}

function showMedium(call: InstagramCall, { id, kind, altText }: Media): string {
  const source = escapeHtml(toMediaUrl(call, id))
  if (kind === 'VIDEO') return `<video controls src="${source}"></video>`
  return `<img src="${source}" alt="${escapeHtml(altText ?? '')}">`
}

function showBytes(call: InstagramCall): EmulatorAnswer {
  const media = call.context.state.media.find(({ id }) => id === call.ids.id)
  const first = media?.childIds[0]
  const shown = first === undefined ? media : call.context.state.media.find(({ id }) => id === first)
  return answerBytes(call, shown?.sha256, shown?.kind === 'VIDEO' ? 'video/mp4' : 'image/jpeg')
}

/** Without a cover of its own, a frame stands for the video; none is cut here. */
function showThumbnail(call: InstagramCall): EmulatorAnswer {
  const media = call.context.state.media.find(({ id }) => id === call.ids.id)
  if (!media) return notHere
  return media.coverSha256 ? answerBytes(call, media.coverSha256, 'image/jpeg') : drawing('Reel')
}

function showPicture({ context, ids }: InstagramCall): EmulatorAnswer {
  const user = context.state.users.find(({ id }) => ids.id === `${id}.svg`)
  return user ? drawing(user.name.charAt(0)) : notHere
}

function drawing(text: string): EmulatorAnswer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="#ddd"/><text x="50" y="60" text-anchor="middle" font-size="30">${escapeHtml(text)}</text></svg>`
  return { status: 200, bytes: { body: Buffer.from(svg), type: 'image/svg+xml' } }
}

function answerBytes({ context }: InstagramCall, sha256: string | null | undefined, type: string): EmulatorAnswer {
  const body = sha256 ? context.blobs.get(sha256) : undefined
  return body ? { status: 200, bytes: { body, type } } : notHere
}

/** What a person does in the settings of Instagram. */
function removeAppByHand(call: InstagramCall): EmulatorAnswer {
  const user = findUser(call)
  if (!user) return notHere
  const { state } = call.context
  const ownerId =
    user.login === 'instagram' ? user.id : (state.pages.find(({ accountId }) => accountId === user.id)?.ownerId ?? '')
  revokeApp(call, user.login, ownerId)
  if (call.parameters.get('do') === 'delete_data') {
    queueSignedRequest(call, { login: user.login, id: toScopedId(state, ownerId) }, 'data_deletion')
  }
  return answerJson({ success: true })
}

function findUser({ context, ids }: InstagramCall): InstagramUser | undefined {
  return context.state.users.find(({ username }) => username === ids.username)
}

function page(title: string, body: string): EmulatorAnswer {
  return { status: 200, html: renderPage(title, body) }
}

const notHere: EmulatorAnswer = {
  status: 404,
  html: renderPage('Not here', "<p>Sorry, this page isn't available.</p>"),
}
