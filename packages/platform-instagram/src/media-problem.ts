import type { PostProblem } from '@ofm-social/core'

/** Of one file, with the fix that always helps. */
export function toMediaProblem(
  code: string,
  path: string,
  numbers: Pick<PostProblem, 'limit' | 'actual'>,
): PostProblem {
  return { code, path, ...numbers, fix: 'transcode' }
}
