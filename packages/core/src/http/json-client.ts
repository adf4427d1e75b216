import type { CallContext, OpenedAsset } from '../platform/call-context.ts'
import type { OAuthContext } from '../platform/platform-oauth.ts'
import type { PlatformError } from '../platform/platform-error.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import type { StandardSchema } from '../platform/standard-schema.ts'

/** What an answer that is no success looked like. Bodies are cut to 64 kB. */
export interface HttpFailure {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON, else undefined. */
  readonly json: unknown
  readonly text: string
  readonly mutating: boolean
  /** Epoch milliseconds, for reset headers. */
  readonly now: number
}

export interface JsonClientOptions {
  /** Base for paths: `https://api.x.com`. From configuration, so that an emulator or a proxy can stand in. */
  readonly baseUrl: string
  /** Sent with every request. */
  readonly userAgent?: string
  /** Default 30,000. A `CallContext` may leave less. */
  readonly timeoutMs?: number
  /** Reads a failure as the platform means it; undefined falls back to the status: 401, 403, 422, 429 their codes, 5xx of a mutating call `outcome_unknown`. */
  toError?(failure: HttpFailure): PlatformError | undefined
  /** What the headers of any response say about allowances. */
  readRateWindows?(response: { readonly method: string; readonly path: string; readonly status: number; readonly headers: Headers; readonly now: number }): readonly RateWindow[]
  /** An undici `Dispatcher`, for proxies and tests. */
  readonly dispatcher?: unknown
}

/** One multipart field: text, or bytes with a name. An opened asset is streamed, never buffered. */
export type FormField = string | OpenedAsset | { readonly bytes: Uint8Array; readonly type: string; readonly fileName: string }

export interface HttpRequest<Answer> {
  readonly context: CallContext | OAuthContext
  /** `bearer` (default with a `CallContext`): the account's token. `basic`: the app's id and secret. */
  readonly auth?: 'bearer' | 'basic' | 'none'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** At most one of the four bodies. */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, FormField>>
  readonly urlencoded?: Readonly<Record<string, string>>
  readonly stream?: { readonly body: ReadableStream<Uint8Array>; readonly sizeBytes: number; readonly type: string }
  /** Schema of the answer, loose: only what is read. Without one the answer is undefined and the body is discarded. */
  readonly answer?: StandardSchema<unknown, Answer>
  /** Milliseconds; default of the client. */
  readonly timeoutMs?: number
}

/**
 * One request, never repeated. A mutating call that was not refused before its first byte and got no readable success is `outcome_unknown`; a reading
 * one is `bad_response`. `publish` uses mutate; so do uploads, which core may repeat because they make nothing public.
 */
export interface JsonClient {
  get<Answer = undefined>(path: string, request: HttpRequest<Answer>): Promise<Answer>
  /** A reading call by another method, such as a token endpoint or a search by POST. */
  read<Answer = undefined>(method: string, path: string, request: HttpRequest<Answer>): Promise<Answer>
  mutate<Answer = undefined>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, request: HttpRequest<Answer>): Promise<Answer>
}
