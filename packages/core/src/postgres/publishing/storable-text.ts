/** What stands in for a character that cannot be stored. */
const REPLACEMENT = '\ufffd'

/** PostgreSQL stores no NUL in a text. What a platform says must not keep what it did from being remembered. */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', REPLACEMENT)
}

/** JSON without what `jsonb` refuses: NUL, and halves of a character, such as a cut through an emoji leaves. */
export function toStorableJson(value: unknown): string {
  // `JSON.stringify` escapes both. Other escapes are matched too, so that a backslash before a `u` is not taken for one.
  return JSON.stringify(value).replaceAll(/\\(?:(u0000|ud[89a-f][0-9a-f]{2})|.)/g, (sequence, refused?: string) =>
    refused === undefined ? sequence : REPLACEMENT,
  )
}
