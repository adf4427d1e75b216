import type { Dispatcher } from 'undici'
import type { CallContext, OpenedAsset } from '../platform/call-context.ts'
import type { PlatformError } from '../platform/platform-error.ts'
import type { OAuthContext } from '../platform/platform-oauth.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import type { StandardSchema } from '../platform/standard-schema.ts'

/** What an answer that is no success looked like. Bodies are cut to 64 kB. */
export interface HttpFailure {
  readonly method: string
  /** As the adapter named it, without a query. */
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
  /** Base for paths: `https://api.x.com`, http or https, a path is allowed. From configuration, so that an emulator or a proxy can stand in. */
  readonly baseUrl: string
  /** Sent with every request. */
  readonly userAgent?: string
  /** For a whole call, the answer included. Default 30,000. A `CallContext` may leave less. */
  readonly timeoutMs?: number
  /**
   * Reads a failure as the platform means it. Undefined falls back to the status: 401 `token_expired` (`misconfigured` with basic authentication),
   * 403 `permission_missing`, 429 `rate_limited`; of a mutating call 400 and 422 `invalid_post`, everything else `outcome_unknown`; of a reading
   * one `bad_response`. After a 5xx of a mutating call only `not_accepted` and `outcome_unknown` are believed.
   */
  toError?(failure: HttpFailure): PlatformError | undefined
  /** What the headers of any response say about allowances. */
  readRateWindows?(response: {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly headers: Headers
    readonly now: number
  }): readonly RateWindow[]
  /** For proxies and tests. Default: HTTP/1.1 connections that all clients share. Whoever made it closes it. */
  readonly dispatcher?: Dispatcher
}

/** One multipart field: text, or bytes with a name. An opened asset is streamed, never buffered. */
export type FormField =
  | string
  | OpenedAsset
  | { readonly bytes: Uint8Array; readonly type: string; readonly fileName: string }

export interface HttpRequest<Answer> {
  readonly context: CallContext | OAuthContext
  /** `bearer` (default with a `CallContext`): the account's token. `basic`: the app's id and secret. `none` is the default of OAuth calls. */
  readonly auth?: 'bearer' | 'basic' | 'none'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** At most one of the four bodies. Their streams are read or canceled, whatever happens. */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, FormField>>
  readonly urlencoded?: Readonly<Record<string, string>>
  readonly stream?: { readonly body: ReadableStream<Uint8Array>; readonly sizeBytes: number; readonly type: string }
  /** Schema of the answer, loose: only what is read, at most 8 MB. Without one the answer is undefined and the body is discarded unread, but for its end. */
  readonly answer?: StandardSchema<unknown, Answer>
  /** Milliseconds; default of the client. */
  readonly timeoutMs?: number
}

/** A body that was asked for as bytes. Whoever opens reads to the end or cancels the stream. */
export interface OpenedAnswer {
  readonly stream: ReadableStream<Uint8Array>
  /** As announced; absent when the platform did not say. */
  readonly sizeBytes?: number
  /** MIME type, `application/octet-stream` when the platform did not say. */
  readonly type: string
}

/**
 * One request, never repeated, no redirect followed. Every failure is a `PlatformError` that holds no token, query or body.
 *
 * A mutating call is announced by `context.markSent` right before its first byte. One that was not announced is `not_accepted`: nothing was sent
 * (refused connection, DNS, TLS, abort or lease end before that byte). One that was, without a readable success, is `outcome_unknown`, unless its
 * status or `toError` say that it was refused. A reading call is `bad_response` in all these cases. What `accessToken` and `markSent` throw passes
 * through; a request that cannot be meant is a `TypeError`, before anything is sent.
 *
 * `publish` uses mutate; so do uploads, which core may repeat because they make nothing public.
 */
export interface JsonClient {
  get<Answer = undefined>(path: string, request: HttpRequest<Answer>): Promise<Answer>
  /** A reading call by another method, such as a token endpoint or a search by POST. */
  read<Answer = undefined>(method: string, path: string, request: HttpRequest<Answer>): Promise<Answer>
  mutate<Answer = undefined>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    request: HttpRequest<Answer>,
  ): Promise<Answer>
  /** A reading call whose body is streamed as it comes. `timeoutMs` bounds the wait for it, then each pause between two chunks. */
  open(path: string, request: Omit<HttpRequest<unknown>, 'answer'>): Promise<OpenedAnswer>
}
