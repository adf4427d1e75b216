import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Route } from './route.ts'
import { problemSchema } from './schemas/problem.ts'

/** The OpenAPI 3.1 document, as JSON data. */
export type OpenApiDocument = ReturnType<typeof createDocument>

const problemAnswer = { 'application/problem+json': { schema: problemSchema } }

const idempotencyHeader = z.object({
  'Idempotency-Key': z.string().optional().meta({
    description:
      'Bare or in quotes, up to 255 characters. The same key and request get the first answer again, for 7 days.',
  }),
})

const uploadBody = {
  'application/octet-stream': { schema: z.string().meta({ format: 'binary', description: 'The bytes of the file.' }) },
  'multipart/form-data': {
    schema: z.object({ file: z.string().meta({ format: 'binary' }) }).meta({ description: 'A form with one file.' }),
  },
}

/** Describes the routes that are served: nothing is written twice. */
export function createOpenApi(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const route of routes) {
    const url = route.url.replace(/:(\w+)/g, '{$1}')
    paths[url] = { ...paths[url], [route.method]: toOperation(route) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'OFM Social OS',
      version: '1',
      description:
        'Publishes for creators, never twice and never silently missed. Moments are ISO 8601 in UTC. Every error is a problem document (RFC 9457) with a `code` from a closed list.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'A key that begins with ofm_live_.' } },
    },
    paths: paths satisfies ZodOpenApiPathsObject,
  })
}

function toOperation(route: Route): ZodOpenApiOperationObject {
  const { path, query, body } = route.schemas
  const headers = route.idempotent ? { header: idempotencyHeader } : {}
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(route.access === 'none' ? { security: [] } : {}),
    requestParams: { ...(path ? { path } : {}), ...(query ? { query } : {}), ...headers },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    ...(route.upload ? { requestBody: { required: true, content: uploadBody } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, schema]) => [status, toResponse(Number(status), schema)]),
      ),
      default: { description: 'A problem', content: problemAnswer },
    },
  }
}

const descriptions: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'It is there now',
  202: 'Accepted; the engine does it',
  204: 'Done',
  206: 'The range that was asked for',
  303: 'On to another page',
}

function toResponse(status: number, schema: z.ZodType | string) {
  const description = descriptions[status] ?? 'Answer'
  if (typeof schema !== 'string') return { description, content: { 'application/json': { schema } } }
  if (schema === '') return { description }
  return { description, content: { [schema]: { schema: z.string() } } }
}
