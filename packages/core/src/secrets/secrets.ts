/** What an operator does with the keys that seal tokens. */
export interface Secrets {
  /**
   * Wraps the data keys of this agency with the active key of `secretKey`, where another key of the ring wraps them. Touches no token, may run beside
   * everything else, and goes on where it was when it is called again. With `rewrapped` 0 at the end nothing of this agency needs the old key.
   *
   * @throws {SocialError} `secret_unreadable` when the key that wraps one is not in the ring.
   */
  rewrap(): Promise<{ readonly rewrapped: number }>
}
