import * as z from 'zod'

/** A refusal in Instagram's own words, whichever of its three envelopes it came in. */
export interface GraphError {
  readonly code: number | undefined
  readonly subcode: number | undefined
  /** English, for people. `error_user_msg` is not read: it comes in the user's language. */
  readonly message: string
  readonly isTransient: boolean
  readonly traceId: string | undefined
}

const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish()
const graphSchema = z.object({
  error: z.object({
    message: z.string().nullish(),
    code: number,
    error_subcode: number,
    is_transient: z.boolean().nullish(),
    fbtrace_id: z.string().nullish(),
  }),
})
const loginSchema = z.object({ error_type: z.string(), error_message: z.string().nullish() })
const uploadSchema = z.object({
  debug_info: z.object({ retriable: z.boolean().nullish(), type: z.string().nullish(), message: z.string().nullish() }),
})

/** Undefined when the body is none of Instagram's: a proxy, an outage. */
export function readGraphError(json: unknown): GraphError | undefined {
  const graph = graphSchema.safeParse(json)
  if (graph.success) {
    const { code, error_subcode: subcode, message, is_transient: transient, fbtrace_id: traceId } = graph.data.error
    return {
      code: code ?? undefined,
      subcode: subcode ?? undefined,
      message: message ?? 'no explanation',
      isTransient: transient ?? false,
      traceId: traceId ?? undefined,
    }
  }
  const said = loginSchema.safeParse(json).data?.error_message ?? readUploadError(json)
  if (said === undefined) return undefined
  return { code: undefined, subcode: undefined, message: said, isTransient: false, traceId: undefined }
}

function readUploadError(json: unknown): string | undefined {
  const info = uploadSchema.safeParse(json).data?.debug_info
  return info && `${info.type ?? 'upload error'}: ${info.message ?? 'no explanation'}`
}
