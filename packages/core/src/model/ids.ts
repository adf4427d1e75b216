/** Ids are text: a kind prefix and 26 characters of time-ordered Crockford base 32 (48 bits of milliseconds, 80 random bits). */
export type IdKind = keyof IdPrefixes

interface IdPrefixes {
  agency: 'agency'
  creator: 'creator'
  account: 'account'
  asset: 'asset'
  post: 'post'
  publication: 'pub'
  part: 'part'
  attempt: 'attempt'
  event: 'event'
}

declare const brand: unique symbol

/** An id of one kind. A string at run time; an id of another kind does not compile. */
export type Id<Kind extends IdKind> = string & { readonly [brand]: Kind }

export type AgencyId = Id<'agency'>
export type CreatorId = Id<'creator'>
export type AccountId = Id<'account'>
export type AssetId = Id<'asset'>
export type PostId = Id<'post'>
export type PublicationId = Id<'publication'>
export type PartId = Id<'part'>
export type AttemptId = Id<'attempt'>
export type EventId = Id<'event'>

const prefixes: IdPrefixes = {
  agency: 'agency',
  creator: 'creator',
  account: 'account',
  asset: 'asset',
  post: 'post',
  publication: 'pub',
  part: 'part',
  attempt: 'attempt',
  event: 'event',
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Where ids come from; passed in, so that tests are repeatable. */
export interface IdSource {
  /** Epoch milliseconds. Orders ids; decides nothing. */
  readonly now: () => number
  /** Fills the array with random bytes. */
  readonly random: (bytes: Uint8Array) => Uint8Array
}

export type CreateId = <Kind extends IdKind>(kind: Kind) => Id<Kind>

/** Makes ids. Two made in the same millisecond are in random order. */
export function createIds(source: IdSource): CreateId {
  return <Kind extends IdKind>(kind: Kind) => {
    const bytes = source.random(new Uint8Array(16))
    let time = source.now()
    let text = ''
    for (let position = 0; position < 10; position += 1) {
      text = alphabet.charAt(time % 32) + text
      time = Math.floor(time / 32)
    }
    for (const byte of bytes) text += alphabet.charAt(byte % 32)
    return `${prefixes[kind]}_${text}` as Id<Kind>
  }
}

/** Whether the text has the form of an id of this kind. Says nothing about existence. */
export function isId<Kind extends IdKind>(kind: Kind, text: unknown): text is Id<Kind> {
  return typeof text === 'string' && new RegExp(`^${prefixes[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`).test(text)
}
