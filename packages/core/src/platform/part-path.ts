import type { PartRequest } from './part-request.ts'

/** Settings belong to the post: every part would report the same. */
const isOfPost = (path: string): boolean => path === 'settings' || path.startsWith('settings/')

/**
 * From a path in a part to one in the post.
 *
 * @param threaded Whether the post was given as `parts`.
 */
export function toPostPath({ kind, index }: Pick<PartRequest, 'kind' | 'index'>, threaded: boolean, path: string) {
  if (isOfPost(path)) return path
  if (kind === 'comment') return path === 'text' ? 'comment' : `comment/${path}`
  return threaded ? `parts/${index}/${path}` : path
}
