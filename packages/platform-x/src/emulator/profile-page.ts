import {
  type EmulatorAnswer,
  type EmulatorContext,
  type EmulatorRoute,
  escapeHtml,
  renderPage,
} from '@ofm-social/core/testing'
import { isMarked, listMedia } from './media-object.ts'
import type { XMedia, XPost, XState, XUser } from './state.ts'

/** Pages for people: what an account has live, one post with its thread, and the media in them. */
export const profileRoutes: readonly EmulatorRoute<XState>[] = [
  { method: 'GET', path: '/', answer: listProfiles },
  { method: 'GET', path: '/media/:mediaKey', answer: showMedia },
  { method: 'GET', path: '/:username', answer: showProfile },
  { method: 'GET', path: '/:username/status/:id', answer: showStatus },
]

type Context = EmulatorContext<XState>
type Request = Parameters<EmulatorRoute<XState>['answer']>[0]

function listProfiles(_: Request, { state }: Context): EmulatorAnswer {
  const items = state.users.map(({ username }) => `<li><a href="/${username}">@${escapeHtml(username)}</a></li>`)
  const more = '<p><a href="/i/console">Console of the app</a></p>'
  return { status: 200, html: renderPage('Accounts on the emulator of X', `<ul>${items.join('')}</ul>\n${more}`) }
}

function showProfile({ params }: Request, { state }: Context): EmulatorAnswer {
  const user = findUser(state, params.username)
  if (!user) return notFound
  const roots = state.posts.filter(({ authorId, repliedToId }) => authorId === user.id && isRoot(state, repliedToId))
  const shown = [...roots].reverse().map((post) => renderThread(state, post))
  return page(user, shown.length > 0 ? shown.join('\n') : '<p>Nothing is posted yet.</p>')
}

function showStatus({ params }: Request, { state }: Context): EmulatorAnswer {
  const post = state.posts.find(({ id }) => id === params.id)
  const user = state.users.find(({ id }) => id === post?.authorId)
  if (!user || !post) return notFound
  // A link without a name leads on.
  if (params.username === 'i') return { status: 302, headers: { location: `/${user.username}/status/${post.id}` } }
  if (user.username.toLowerCase() !== params.username?.toLowerCase()) return notFound
  const root = state.posts.find(({ id }) => id === post.conversationId) ?? post
  return page(user, renderThread(state, root))
}

function showMedia({ params }: Request, { state, blobs }: Context): EmulatorAnswer {
  const stored = state.media.find(({ mediaKey }) => mediaKey === params.mediaKey)?.stored
  const body = stored && blobs.get(stored.sha256)
  return body ? { status: 200, bytes: { body, type: stored.type } } : notFound
}

function findUser({ users }: XState, username: string | undefined): XUser | undefined {
  return users.find((user) => user.username.toLowerCase() === username?.toLowerCase())
}

/** A reply whose parent is not known any more starts a thread of its own. */
function isRoot({ posts }: XState, repliedToId: string | null): boolean {
  return repliedToId === null || !posts.some(({ id }) => id === repliedToId)
}

function renderThread(state: XState, root: XPost): string {
  return `<section class="thread">${renderFrom(state, root)}</section>`
}

/** What an author answers to themselves goes on at the same level, so that a long thread stays readable; what others answer is moved in. */
function renderFrom(state: XState, post: XPost): string {
  const replies = state.posts.filter(({ repliedToId }) => repliedToId === post.id)
  const shown = replies.map((reply) => {
    const below = renderFrom(state, reply)
    return reply.authorId === post.authorId ? below : `<div class="replies">${below}</div>`
  })
  return [renderPost(state, post), ...shown].join('\n')
}

function renderPost(state: XState, post: XPost): string {
  const time = new Date(post.createdAt).toISOString()
  const link = `<a href="${toPath(state, post)}"><time datetime="${time}">${tellTime(post.createdAt)}</time></a>`
  const head = `<small>@${nameOf(state, post.authorId)} · ${[link, ...listLabels(state, post)].join(' · ')}</small>`
  const text = post.deletedAt === null ? escapeHtml(post.text) : `<del>${escapeHtml(post.text)}</del>`
  const media = post.deletedAt === null ? listMedia(state, post.mediaIds).map(renderMedia) : []
  const strip = media.length === 0 ? '' : `<div class="media">${media.join('\n')}</div>`
  const shown = [head, `<p class="text">${text}</p>`, renderPoll(post), strip, renderQuoted(state, post)]
  return `<article id="${post.id}">${shown.filter((part) => part !== '').join('\n')}</article>`
}

function renderQuoted(state: XState, { quotedId }: XPost): string {
  const quoted = state.posts.find(({ id }) => id === quotedId)
  if (!quoted) return ''
  const link = `<a href="${toPath(state, quoted)}">@${nameOf(state, quoted.authorId)}</a>`
  const text = quoted.deletedAt === null ? escapeHtml(quoted.text) : '<em>This post is not available.</em>'
  return `<blockquote><small>quotes ${link}</small>\n<p class="text">${text}</p></blockquote>`
}

function nameOf({ users }: XState, userId: string): string {
  return escapeHtml(users.find(({ id }) => id === userId)?.username ?? userId)
}

function toPath(state: XState, { id, authorId }: XPost): string {
  return `/${nameOf(state, authorId)}/status/${id}`
}

/** `2026-12-01 12:00 UTC`. */
function tellTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** What people see beside the text: the kind of post, its labels, and who is in it. */
function listLabels(state: XState, post: XPost): readonly string[] {
  const { flags } = post
  return [
    post.repliedToId === null ? '' : 'reply',
    post.communityId === null ? '' : `in community ${escapeHtml(post.communityId)}`,
    flags.isForSubscribers ? 'for subscribers' : '',
    flags.paidPartnership ? 'paid partnership' : '',
    flags.madeWithAi ? 'made with AI' : '',
    post.taggedUserIds.length > 0 ? `with @${post.taggedUserIds.map((id) => nameOf(state, id)).join(', @')}` : '',
    post.editHistory.length > 1 ? `edit ${post.editHistory.length - 1}` : '',
    post.editedAt === null ? '' : '<strong>edited since</strong>',
    post.isHidden ? 'hidden reply' : '',
    post.deletedAt === null ? '' : '<strong>removed</strong>',
  ].filter((label) => label !== '')
}

function renderPoll({ poll, createdAt }: XPost): string {
  if (!poll) return ''
  const tell = (votes = 0) => (votes === 0 ? '' : ` (${votes})`)
  const options = poll.options
    .map((option, index) => `<li>${escapeHtml(option)}${tell(poll.votes[index])}</li>`)
    .join('')
  const votes = poll.votes.reduce((sum, count) => sum + count, 0)
  const until = tellTime(createdAt + poll.durationMinutes * 60_000)
  return `<ul>${options}</ul>\n<small>poll until ${until} · ${votes} votes</small>`
}

function renderMedia(media: XMedia): string {
  const url = `/media/${escapeHtml(media.mediaKey)}`
  const alt = escapeHtml(media.altText ?? '')
  const shown =
    media.kind === 'video'
      ? `<video controls preload="metadata" src="${url}" aria-label="${alt}"></video>`
      : `<img src="${url}" alt="${alt}">`
  const languages = media.subtitles.map(({ languageCode }) => escapeHtml(languageCode))
  const notes = [
    media.kind === 'animated_gif' ? 'GIF' : '',
    isMarked(media) ? 'marked as sensitive' : '',
    alt === '' ? '' : `ALT ${alt}`,
    languages.length > 0 ? `subtitles ${languages.join(', ')}` : '',
  ]
  const told = notes.filter((note) => note !== '').join(' · ')
  return `<figure>${shown}${told === '' ? '' : `\n<figcaption>${told}</figcaption>`}</figure>`
}

function page({ username }: XUser, body: string): EmulatorAnswer {
  return { status: 200, html: renderPage(`@${username} on the emulator of X`, body) }
}

const notFound: EmulatorAnswer = {
  status: 404,
  html: renderPage('Not here', "<p>This page doesn't exist. Try searching for something else.</p>"),
}
