import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { InstagramHost } from './host.ts'

/** What stands in the envelope: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes */
export interface GraphProblem {
  readonly message: string
  readonly code: number
  readonly subcode?: number
  /** Default `OAuthException`; `IGApiException` for validation on graph.instagram.com. */
  readonly type?: string
  /** Default 400. */
  readonly status?: number
  readonly isTransient?: true
  readonly title?: string
  readonly userMessage?: string
  /** Until calls are taken again; stands in the usage headers. */
  readonly waitMinutes?: number
}

/** Ends a call with a refusal of the Graph API. */
export class GraphRefusal extends Error {
  readonly problem: GraphProblem
  constructor(problem: GraphProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Codes that are about the request rather than the person: on graph.instagram.com they have a type of their own. */
const validationCodes = [100, 803]

/** The envelope of a refusal. Validation errors of graph.instagram.com are short. */
export function answerProblem(problem: GraphProblem, host: InstagramHost, traceId: string): EmulatorAnswer {
  const { message, code, subcode, title, userMessage, isTransient, status = 400 } = problem
  const isShort = host === 'graph.instagram.com' && validationCodes.includes(code) && subcode === undefined
  const type = isShort ? 'IGApiException' : (problem.type ?? 'OAuthException')
  const more =
    subcode === undefined
      ? {}
      : { error_subcode: subcode, is_transient: isTransient ?? false, ...toUserTexts(title, userMessage) }
  const error = { message, type, code, ...(isTransient ? { is_transient: true } : {}), ...more, fbtrace_id: traceId }
  return { status, json: { error } }
}

function toUserTexts(title: string | undefined, message: string | undefined) {
  return {
    ...(title === undefined ? {} : { error_user_title: title }),
    ...(message === undefined ? {} : { error_user_msg: message }),
  }
}

/** A parameter that is missing, wrong or unknown. */
export function wrongParameter(message: string): GraphRefusal {
  return new GraphRefusal({ message, code: 100 })
}

/** An object that is not there, or not for this caller. */
export function missingObject(id: string, method: string): GraphRefusal {
  const verb = method === 'GET' || method === 'HEAD' ? 'get' : method.toLowerCase()
  const message = `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`
  return new GraphRefusal({ message, code: 100, subcode: 33, type: 'GraphMethodException' })
}

/** A path that the API does not have. */
export function unknownPath(path: string): GraphRefusal {
  return new GraphRefusal({ message: `Unknown path components: ${path}`, code: 2500 })
}

/** A permission that the token lacks. */
export function permissionDenied(scope: string): GraphRefusal {
  return new GraphRefusal({
    message: `(#10) Application does not have permission for this action. It requires ${scope}.`,
    code: 10,
  })
}
