import type { EmulatorAnswer, EmulatorContext, EmulatorRequest } from '@ofm-social/core/testing'
import type { InstagramHost } from './host.ts'
import type { Parameters } from './parameters.ts'
import type { InstagramState } from './state.ts'
import type { InstagramSettings } from './switches.ts'

/** A request as an endpoint sees it. */
export interface InstagramCall {
  readonly request: EmulatorRequest
  readonly context: EmulatorContext<InstagramState>
  readonly settings: InstagramSettings
  readonly host: InstagramHost
  /** Version of the API, `v25.0`. */
  readonly version: string
  /** After host and version. */
  readonly path: string
  /** What the path names. */
  readonly ids: Readonly<Record<string, string>>
  readonly parameters: Parameters
}

/** An answer with status 200 is what an endpoint returns; it throws a `GraphRefusal` otherwise. */
export interface InstagramEndpoint {
  readonly method: string
  readonly hosts: readonly InstagramHost[]
  /** `/:id/media`, after host and version. */
  readonly path: string
  answer(call: InstagramCall): EmulatorAnswer | Promise<EmulatorAnswer>
}

export const graphHosts: readonly InstagramHost[] = ['graph.facebook.com', 'graph.instagram.com']

/** The address under which a host of the platform is found here. */
export function toHostUrl({ context }: Pick<InstagramCall, 'context'>, host: InstagramHost): string {
  return `${context.baseUrl}/${host}`
}

export function answerJson(json: unknown): EmulatorAnswer {
  return { status: 200, json }
}
