/** Finds `$TICKER` as X does: one to six letters, optionally `.` or `_` and one or two more; `$25` is none. */
export function findCashtags(text: string): readonly string[] {
  return Array.from(text.matchAll(cashtag), (match) => match[1] ?? '')
}

/** https://github.com/twitter/twitter-text/blob/master/js/src/regexp/validCashtag.js */
const cashtag = /(?<=^|\s)\$([a-z]{1,6}(?:[._][a-z]{1,2})?)(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@[\]^_{|}~$])/gi
