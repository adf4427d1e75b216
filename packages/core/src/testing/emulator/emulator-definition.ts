import type { EmulatorFault } from './emulator-fault.ts'

/** One request as a route sees it. Bodies are whole: platforms cut their uploads into segments. */
export interface EmulatorRequest {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly headers: Headers
  readonly body: Uint8Array
  /** Parsed `application/json`; undefined when absent or unreadable. */
  readonly json: unknown
  /** Parsed `application/x-www-form-urlencoded`; empty otherwise. */
  readonly urlencoded: URLSearchParams
  /** Parsed `multipart/form-data`: text, or bytes with type and file name. */
  readonly form: ReadonlyMap<
    string,
    string | { readonly bytes: Uint8Array; readonly type: string; readonly fileName: string }
  >
}

/** What a route answers. `json`, `text`, `html` or `bytes`; none for an empty body. */
export interface EmulatorAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
  readonly html?: string
  readonly bytes?: { readonly body: Uint8Array; readonly type: string }
}

/** What a route works with. `state` is changed in place; it is plain JSON data (bytes as base64 or in `blobs`), so that it can be saved. */
export interface EmulatorContext<State> {
  readonly state: State
  /** Epoch milliseconds on the emulator's clock. */
  readonly now: number
  /** Random bytes, repeatable where the emulator was given a seed. */
  random(length: number): Uint8Array
  /** Media bytes by SHA-256 hex: kept beside the state. */
  readonly blobs: { put(bytes: Uint8Array): string; get(sha256: string): Uint8Array | undefined }
  /** `http://127.0.0.1:4010`: for URLs in answers. */
  readonly baseUrl: string
  /** A fault that only the platform's code can play: `slow_processing`, `fail_processing`, `revoke_token`. */
  readonly fault: Extract<EmulatorFault, { kind: 'slow_processing' | 'fail_processing' | 'revoke_token' }> | undefined
}

export interface EmulatorRoute<State> {
  readonly method: string
  /** `/2/tweets/:id`; a last segment `*rest` takes the remainder. First match wins. */
  readonly path: string
  answer(request: EmulatorRequest, context: EmulatorContext<State>): EmulatorAnswer | Promise<EmulatorAnswer>
}

/** A live post as `GET /_emulator/posts` shows it, comments included. */
export interface EmulatedPost {
  readonly id: string
  readonly accountId: string
  readonly kind: string
  readonly text: string
  readonly mediaSha256: readonly string[]
  readonly parentId: string | null
  readonly target: string | null
  readonly visibility: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly removedAt: string | null
}

/** What `GET /_emulator/credentials` shows. At least two accounts. */
export interface EmulatedCredentials {
  readonly app: {
    readonly clientId: string
    readonly clientSecret: string
    readonly redirectUris: readonly string[]
    readonly [name: string]: unknown
  }
  readonly accounts: readonly {
    readonly id: string
    readonly username: string
    readonly accessToken: string
    readonly refreshToken: string | null
    readonly scopes: readonly string[]
    readonly [name: string]: unknown
  }[]
}

/** A platform as data and functions; `startEmulator` makes a server of it. */
export interface EmulatorDefinition<State> {
  readonly platform: string
  /** The state after start and `reset`. */
  seed(context: { readonly now: number; readonly baseUrl: string; random(length: number): Uint8Array }): State
  readonly routes: readonly EmulatorRoute<State>[]
  /** Path of the page where people begin to look at what accounts have live. */
  readonly home?: string
  /** Runs before every route: authentication headers, windows, common headers. An answer ends the request. */
  before?(request: EmulatorRequest, context: EmulatorContext<State>): EmulatorAnswer | undefined
  /** Runs after every route: adds common headers. */
  after?(request: EmulatorRequest, answer: EmulatorAnswer, context: EmulatorContext<State>): EmulatorAnswer
  /** Runs after what a request changed was saved; starts what goes on by itself, such as deliveries to webhooks. Not for rehearsals. */
  afterwards?(context: EmulatorContext<State>): void
  /** Control calls that this platform alone has, by their whole path, `/_emulator/posts/:id/votes`: what people do in its app. JSON whatever the type says. */
  readonly controls?: readonly EmulatorRoute<State>[]
  notFound(request: EmulatorRequest, context: EmulatorContext<State>): EmulatorAnswer
  credentials(state: State): EmulatedCredentials
  posts(state: State): readonly EmulatedPost[]
  /** Names of the counters that `setMetrics` takes, for a refusal of any other. Default: any name is taken. */
  readonly counters?: readonly string[]
  /** Sets counters by the platform's own names; false when there is no such post. */
  setMetrics?(state: State, postId: string, metrics: EmulatedMetrics): boolean
  /** The fault `rate_limit` in the platform's own form. */
  rateLimited(
    request: EmulatorRequest,
    context: EmulatorContext<State>,
    fault: Extract<EmulatorFault, { kind: 'rate_limit' }>,
  ): EmulatorAnswer
}

export type EmulatedMetrics =
  | { readonly [counter: string]: number }
  | { readonly curve: readonly { readonly afterMs: number; readonly counters: Readonly<Record<string, number>> }[] }
