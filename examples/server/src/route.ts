import type { AgencySocial } from '@ofm-social/core'
import type { Request } from 'express'
import type * as z from 'zod'
import { parseRequest } from './parse-request.ts'

/** Who calls: found by the API key. */
export interface Caller {
  /** What the caller's agency can do, and nothing else. */
  readonly social: AgencySocial
  /** The public half of the key. */
  readonly keyId: string
  /** What the history says where a request names nobody. */
  readonly by: string
  /** Null: the default agency, whose keys belong to who runs the installation. */
  readonly agency: string | null
}

/** What a route answers. `stream` for bytes, `html` for pages, `text` as its headers say, else `body` as JSON. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly stream?: ReadableStream<Uint8Array>
  readonly html?: string
  readonly text?: string
}

/** A request as a route sees it: checked, and whose it is. */
export interface Call<Path, Query, Body> {
  readonly path: Path
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal
  /** For bodies that are streamed. */
  readonly request: Request
  /** The `Idempotency-Key`, made unique to the caller and the route; undefined without one. */
  readonly idempotencyKey: string | undefined
}

interface RouteFacts {
  readonly method: 'get' | 'post' | 'patch'
  /** `/v1/posts/:post`. */
  readonly url: string
  readonly operationId: string
  readonly tag: string
  /** One sentence for the reference. */
  readonly summary: string
  readonly description?: string
  /** `none`: open to everybody. Default: an API key. */
  readonly access?: 'none'
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: true
  /** The body is read by the route itself; what it may be, for the reference. */
  readonly upload?: true
  /** By status: the schema of the JSON body, or the media type of another one. */
  readonly answers: Readonly<Record<number, z.ZodType | string>>
}

type Output<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** One route with its types erased: what the app serves and the document describes. */
export interface Route extends RouteFacts {
  readonly schemas: {
    readonly path: z.ZodObject | undefined
    readonly query: z.ZodObject | undefined
    readonly body: z.ZodType | undefined
  }
  /** Parses, calls, answers. */
  handle(call: Call<unknown, unknown, unknown>): Promise<Answer>
}

/** One object is validation, types, documentation, access and idempotency of a route. */
export function route<
  Path extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: RouteFacts & {
    readonly path?: Path
    readonly query?: Query
    readonly body?: Body
    run(call: Call<Output<Path>, Output<Query>, Output<Body>>): Promise<Answer>
  },
): Route {
  const { path, query, body, run, ...facts } = definition
  const schemas = { path, query, body }
  return {
    ...facts,
    schemas,
    handle(call) {
      const { values } = parseRequest(schemas, call)
      return run({
        ...call,
        // The schemas have just produced these values.
        path: values.path as Output<Path>,
        query: values.query as Output<Query>,
        body: values.body as Output<Body>,
      })
    },
  }
}
