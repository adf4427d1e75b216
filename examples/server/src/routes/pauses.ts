import type { PauseScope } from '@ofm-social/core'
import * as z from 'zod'
import { HttpProblem } from '../problem.ts'
import { type Caller, type Route, route } from '../route.ts'
import { byField, moment } from '../schemas/page.ts'
import { pauseSchema, pauseScopeSchema } from '../schemas/pause.ts'

const tag = 'Pauses'

/** Switches that stop every publish in a scope that has not begun. */
export const pauseRoutes: readonly Route[] = [
  route({
    method: 'get',
    url: '/v1/pauses',
    operationId: 'listPauses',
    tag,
    summary: 'Lists the switches that are on.',
    answers: { 200: z.strictObject({ items: z.array(pauseSchema) }) },
    run: async ({ caller }) => ({ status: 200, body: { items: await caller.social.pauses() } }),
  }),
  route({
    method: 'post',
    url: '/v1/pauses',
    operationId: 'pause',
    tag,
    summary: 'Stops every publish in the scope that has not begun.',
    body: z
      .strictObject({
        scope: pauseScopeSchema,
        reason: z.string().optional(),
        until: moment.optional(),
        by: byField,
      })
      .meta({ id: 'PauseRequest' }),
    answers: { 201: pauseSchema },
    run: async ({ body: { scope, until, reason, by }, caller }) => {
      const options = {
        by: by ?? caller.by,
        ...(reason === undefined ? {} : { reason }),
        ...(until === undefined ? {} : { until: new Date(until) }),
      }
      return { status: 201, body: await caller.social.pause(requireOwn(scope, caller), options) }
    },
  }),
  route({
    method: 'post',
    url: '/v1/pauses/resume',
    operationId: 'resume',
    tag,
    summary: 'Goes on; late posts keep their spacing.',
    body: z.strictObject({ scope: pauseScopeSchema, by: byField }).meta({ id: 'ResumeRequest' }),
    answers: { 204: '' },
    run: async ({ body: { scope, by }, caller }) => {
      await caller.social.resume(requireOwn(scope, caller), { by: by ?? caller.by })
      return { status: 204 }
    },
  }),
]

/** One of many agencies must not stop the others. */
function requireOwn(scope: PauseScope, { agency }: Caller): PauseScope {
  if (!('everything' in scope) || agency === null) return scope
  const detail = 'Only a key of the default agency may stop everything. Your scope is { "agency": true }.'
  throw new HttpProblem('forbidden', detail, {
    errors: [{ pointer: '/scope/everything', code: 'not_allowed', message: detail }],
  })
}
