import type { AgencySocial, CheckedPost } from '@ofm-social/core'

/** Prints all problems of all destinations at once, one line each, and returns what `check` found. Stores nothing. */
export async function checkDraft(
  social: AgencySocial,
  draft: { readonly to: readonly string[]; readonly text: string; readonly assets: readonly string[] },
): Promise<CheckedPost> {
  const { to, text, assets } = draft
  // #region listing
  const { problems, warnings, quote } = await social.posts.check({ to, text, assets })
  for (const { platform, path, code, message, fix } of problems) console.log(platform, path, code, message, fix)
  // x   text       too_long            "The text weighs 412; X allows 280 for this account."            shorten
  // #endregion
  return { problems, warnings, quote }
}
