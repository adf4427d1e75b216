/** Finds `@name` as X does, without the `@`: up to twenty letters, digits and underscores; an e-mail address has none, and neither has a name that goes on. */
export function findMentions(text: string): readonly string[] {
  return Array.from(text.matchAll(mention), (match) => match[1] ?? '')
}

/** https://github.com/twitter/twitter-text/blob/master/js/src/extractMentionsOrListsWithIndices.js */
const mention =
  /(?<![a-z0-9_!#$%&*@＠]|(?:^|[^a-z0-9_+~.-])RT:?)[@＠]([a-z0-9_]{1,20})(?![a-z0-9_@＠\u00c0-\u024f]|:\/\/)/gi
