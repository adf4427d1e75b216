/** Tokens of one connection, sealed with one data key of the creator. The boxes open only for their own account and field. */
export interface SealedTokens {
  /** Data key that both boxes are sealed with. */
  readonly keyId: string
  readonly accessBox: Uint8Array
  readonly refreshBox: Uint8Array | null
}
