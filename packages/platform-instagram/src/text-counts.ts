/** Hashtags, each time they occur. */
export function countHashtags(text: string): number {
  return [...text.matchAll(/(?<![\p{L}\p{N}_&])[#＃][\p{L}\p{N}_]+/gu)].length
}

/** Mentions, each time they occur; addresses of mail are none. */
export function countMentions(text: string): number {
  return [...text.matchAll(/(?<![\p{L}\p{N}_.])@[A-Za-z0-9_.]+/gu)].length
}

/** Web addresses with a scheme or `www.`. */
export function countUrls(text: string): number {
  return [...text.matchAll(/\b(?:https?:\/\/|www\.)\S+/gi)].length
}
