/** How many parts may be published in a time that slides. Core counts the attempts that it keeps, so that a platform need not say what is left. */
export interface PublishLimit {
  /** For people: `posts in 3 hours`. */
  readonly name: string
  /** `app`: of all accounts together that speak through the same app. */
  readonly scope: 'account' | 'app'
  readonly max: number
  /** Milliseconds. */
  readonly perMs: number
}
