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
  return { status: 200, html: renderPage('Accounts on the emulator of Instagram', `<ul>\n${items.join('\n')}\n</ul>`) }
}

function showProfile(call: InstagramCall): EmulatorAnswer {
  const user = findUser(call)
  if (!user) return notHere
  const live = call.context.state.media
    .filter((media) => media.accountId === user.id && media.parentId === null && isLive(call.context, media))
    .reverse()
  const settings = [
    '<details><summary>Apps that this account has let in</summary>',
    `<form method="post" action="/www.instagram.com/${user.username}/apps">`,
    '<button name="do" value="remove">Remove the app</button>',
    '<button name="do" value="delete_data">Remove the app and ask it to delete my data</button>',
    '</form></details>',
  ]
  const shown = live.length === 0 ? '<p>Nothing yet.</p>' : live.map((media) => showArticle(call, media)).join('\n')
  return page(user.username, `${settings.join('\n')}\n${shown}`)
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
  return page(user?.username ?? '', showArticle(call, media))
}

function isLive({ now }: EmulatorContext<InstagramState>, { deletedAt, product, createdAt }: Media): boolean {
  return deletedAt === null && (product !== 'STORY' || createdAt + storyLifeMs > now)
}

function showArticle(call: InstagramCall, media: Media): string {
  const { state } = call.context
  const parts = media.childIds.length > 0 ? state.media.filter(({ parentId }) => parentId === media.id) : [media]
  const time = new Date(media.createdAt).toISOString()
  const when = `<time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time>`
  const labels = [
    tellKind(media),
    media.isAiGenerated ? 'made with AI' : '',
    media.commentEnabled ? '' : 'comments off',
  ]
  const link = `<a href="${escapeHtml(toPermalink(call, media))}">${when}</a>`
  const head = [`@${nameOf(state, media.accountId)}`, link, ...labels.filter((label) => label !== '')].join(' · ')
  return `<article><small>${head}</small>
<div class="media">${parts.map((part, index) => showMedium(call, part, parts.length > 1 ? index + 1 : null)).join('\n')}</div>
<p class="text">${escapeHtml(media.caption)}</p>
${showComments(state, media.id, null)}</article>`
}

function tellKind({ product, kind, childIds }: Media): string {
  if (product !== 'FEED') return product === 'STORY' ? 'story' : 'reel'
  return kind === 'CAROUSEL_ALBUM' ? `carousel of ${childIds.length}` : 'post'
}

/** In their order, replies moved in. */
function showComments(state: InstagramState, mediaId: string, parentId: string | null): string {
  const shown = state.comments
    .filter((one) => one.mediaId === mediaId && one.parentId === parentId && one.deletedAt === null && !one.hidden)
    .map(({ id, text, accountId }) => {
      const comment = `<p class="text"><small>@${nameOf(state, accountId)}</small> ${escapeHtml(text)}</p>`
      return `${comment}\n${showComments(state, mediaId, id)}`
    })
  return shown.length === 0 ? '' : `<div class="replies">${shown.join('\n')}</div>`
}

function nameOf({ users }: InstagramState, accountId: string): string {
  return escapeHtml(users.find(({ id }) => id === accountId)?.username ?? accountId)
}

/** @param number Its place in a carousel; null alone. */
function showMedium(call: InstagramCall, { id, kind, altText }: Media, number: number | null): string {
  const source = escapeHtml(toMediaUrl(call, id))
  const alt = escapeHtml(altText ?? '')
  const shown =
    kind === 'VIDEO'
      ? `<video controls preload="metadata" src="${source}"></video>`
      : `<img src="${source}" alt="${alt}">`
  const notes = [number === null ? '' : String(number), alt === '' ? '' : `ALT ${alt}`].filter((note) => note !== '')
  return `<figure>${shown}${notes.length === 0 ? '' : `\n<figcaption>${notes.join(' · ')}</figcaption>`}</figure>`
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

function page(username: string, body: string): EmulatorAnswer {
  return { status: 200, html: renderPage(`@${username} on the emulator of Instagram`, body) }
}

const notHere: EmulatorAnswer = {
  status: 404,
  html: renderPage('Not here', "<p>Sorry, this page isn't available.</p>"),
}
