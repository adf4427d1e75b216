/** What a response said about one allowance. */
export interface RateWindow {
  /** Platform's name of the allowance: the endpoint and window, such as `POST /2/tweets 24h`. */
  readonly name: string
  readonly scope: 'account' | 'app' | 'egress'
  readonly limit: number
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly resetAt: number
}
