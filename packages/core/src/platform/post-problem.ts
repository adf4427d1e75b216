/** One reason why a platform would refuse a part, found before anything is sent. */
export interface PostProblem {
  /** `too_long`, `missing`, `codec_unsupported`, …: snake case, the same word for the same problem on all platforms. */
  readonly code: string
  /** The field within the part: `text`, `assets/0`, `settings/privacy`. Core prefixes `parts/1/` where a post has several. */
  readonly path: string
  /** The platform's bound, in the unit that the code implies. */
  readonly limit?: number | string
  /** What was given, in the same unit. */
  readonly actual?: number | string
  /** What would help, where something does. */
  readonly fix?: 'transcode' | 'shorten' | 'pick' | 'remove' | 'connect' | 'replace'
  /** Allowed values, where `fix` is `pick`. */
  readonly allowed?: readonly string[]
  /** Optional: core writes a sentence from code, limit, actual value and the adapter's display name. */
  readonly message?: string
}
