/** How many parts may be published in a time that slides. Core counts its attempts that may have made a post, so that a platform need not say what is left. */
export interface PublishLimit {
  /** For people: `posts in 3 hours`. */
  readonly name: string
  /** `app`: of all accounts together that speak through the same app. */
  readonly scope: 'account' | 'app'
  readonly max: number
  /** Milliseconds. */
  readonly perMs: number
}
