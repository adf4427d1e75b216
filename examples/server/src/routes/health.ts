import * as z from 'zod'
import type { Engine } from '../engine.ts'
import type { Health } from '../health.ts'
import { type Route, route } from '../route.ts'

const tag = 'Health'

/** For load balancers and orchestrators; open, and silent about anything that is not ours to tell. */
export function createHealthRoutes(dependencies: {
  readonly health: Health
  /** `evaluation`: the database may lose data when the machine stops. */
  readonly storage: 'durable' | 'evaluation'
  readonly readEngine: Engine['readState']
}): readonly Route[] {
  const { health, storage, readEngine } = dependencies
  return [
    route({
      method: 'get',
      url: '/livez',
      operationId: 'livez',
      tag,
      summary: 'Whether the process turns.',
      access: 'none',
      answers: {
        200: z.strictObject({ status: z.literal('ok') }),
        503: z.strictObject({ status: z.literal('stuck') }),
      },
      run: async () =>
        health.isLive() ? { status: 200, body: { status: 'ok' } } : { status: 503, body: { status: 'stuck' } },
    }),
    route({
      method: 'get',
      url: '/readyz',
      operationId: 'readyz',
      tag,
      summary: 'Whether requests can be taken.',
      access: 'none',
      answers: {
        200: z.strictObject({
          status: z.literal('ready'),
          storage: z.enum(['durable', 'evaluation']),
          engine: z
            .enum(['running', 'elsewhere', 'away'])
            .describe(
              'Who runs publications: this process, other ones, or nobody just now because Temporal does not answer. Posts are taken all the same.',
            ),
        }),
        503: z.strictObject({ status: z.literal('not_ready'), obstacles: z.array(z.string()) }),
      },
      run: async () => {
        const obstacles = await health.findObstacles()
        if (obstacles.length === 0)
          return { status: 200, body: { status: 'ready', storage, engine: await readEngine() } }
        return { status: 503, body: { status: 'not_ready', obstacles } }
      },
    }),
  ]
}
