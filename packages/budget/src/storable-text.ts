/** Whether PostgreSQL can keep it: its text has no U+0000, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}

/** The same text, with what cannot be kept replaced: for words of others, which must not stand in the way of a settlement. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '\ufffd').replaceAll(/\p{Surrogate}/gu, '\ufffd')
}
