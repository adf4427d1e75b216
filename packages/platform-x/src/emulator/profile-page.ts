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
  { method: 'GET', path: '/media/:mediaKey', answer: showMedia },
  { method: 'GET', path: '/:username', answer: showProfile },
  { method: 'GET', path: '/:username/status/:id', answer: showStatus },
]

type Context = EmulatorContext<XState>
type Request = Parameters<EmulatorRoute<XState>['answer']>[0]

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
  const replies = state.posts.filter(({ repliedToId }) => repliedToId === root.id)
  return [renderPost(state, root), ...replies.map((reply) => renderThread(state, reply))].join('\n')
}

function renderPost(state: XState, post: XPost): string {
  const author = state.users.find(({ id }) => id === post.authorId)
  const name = escapeHtml(author?.username ?? post.authorId)
  const time = new Date(post.createdAt).toISOString()
  const link = `<a href="/${name}/status/${post.id}"><time datetime="${time}">${time}</time></a>`
  const head = `<small>@${name} · ${[link, ...listLabels(state, post)].join(' · ')}</small>`
  const text = post.deletedAt === null ? escapeHtml(post.text) : `<del>${escapeHtml(post.text)}</del>`
  const media = post.deletedAt === null ? listMedia(state, post.mediaIds).map(renderMedia) : []
  const shown = [head, text, renderPoll(post), ...media].filter((part) => part !== '')
  return `<article id="${post.id}">${shown.join('\n')}</article>`
}

/** What people see beside the text: the kind of post, its labels, and who is in it. */
function listLabels(state: XState, post: XPost): readonly string[] {
  const { flags } = post
  const nameOf = (id: string) => state.users.find((user) => user.id === id)?.username ?? id
  const quoted = state.posts.find(({ id }) => id === post.quotedId)
  return [
    post.repliedToId === null ? '' : 'reply',
    quoted ? `quotes <a href="/${nameOf(quoted.authorId)}/status/${quoted.id}">${quoted.id}</a>` : '',
    post.communityId === null ? '' : `in community ${escapeHtml(post.communityId)}`,
    flags.isForSubscribers ? 'for subscribers' : '',
    flags.paidPartnership ? 'paid partnership' : '',
    flags.madeWithAi ? 'made with AI' : '',
    post.taggedUserIds.length > 0 ? `with @${post.taggedUserIds.map(nameOf).join(', @')}` : '',
    post.editHistory.length > 1 ? `edit ${post.editHistory.length - 1}` : '',
    post.editedAt === null ? '' : '<strong>edited since</strong>',
    post.isHidden ? 'hidden reply' : '',
    post.deletedAt === null ? '' : '<strong>removed</strong>',
  ].filter((label) => label !== '')
}

function renderPoll({ poll }: XPost): string {
  if (!poll) return ''
  const tell = (votes = 0) => (votes === 0 ? '' : ` (${votes})`)
  const options = poll.options
    .map((option, index) => `<li>${escapeHtml(option)}${tell(poll.votes[index])}</li>`)
    .join('')
  return `<ul>${options}</ul>\n<small>poll of ${poll.durationMinutes} minutes</small>`
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
  return [shown, ...notes.filter((note) => note !== '').map((note) => `<small>${note}</small>`)].join('\n')
}

function page({ username }: XUser, body: string): EmulatorAnswer {
  return { status: 200, html: renderPage(`@${username} on the emulator of X`, body) }
}

const notFound: EmulatorAnswer = {
  status: 404,
  html: renderPage('Not here', "<p>This page doesn't exist. Try searching for something else.</p>"),
}
