/** Captions as a listing can be compared: it may leave out the @ of mentions, and spaces at the ends. */
export function toComparableCaption(text: string): string {
  return text.normalize('NFC').replaceAll('\r\n', '\n').replaceAll('@', '').trim()
}
