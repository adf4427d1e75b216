/** What calls are for, as far as platforms limit them apart. `look`: after an unknown outcome, and while something is processed. */
export type RateOperation = 'prepare' | 'publish' | 'look' | 'remove' | 'metrics'

/** What a response said about one allowance. */
export interface RateWindow {
  /** Platform's name of the allowance: the endpoint and window, such as `POST /2/tweets 24h`. */
  readonly name: string
  readonly scope: 'account' | 'app' | 'egress'
  readonly limit: number
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly resetAt: number
  /** What the platform refuses when it is used up; core waits with that until the reset. Default: every call. */
  readonly operations?: readonly RateOperation[]
}
