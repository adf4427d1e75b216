import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { agencySchema, approvalField } from '../schemas/agency.ts'

const tag = 'Agency'

/** The caller's own agency: its settings, and the keys that seal its tokens. */
export const agencyRoutes: readonly Route[] = [
  route({
    method: 'get',
    url: '/v1/agency',
    operationId: 'getAgency',
    tag,
    summary: 'Reads the settings of the agency.',
    answers: { 200: agencySchema },
    run: async ({ caller }) => ({ status: 200, body: await caller.social.agency.get() }),
  }),
  route({
    method: 'patch',
    url: '/v1/agency',
    operationId: 'updateAgency',
    tag,
    summary: 'Changes settings of the agency.',
    body: z.strictObject({ approval: approvalField.optional() }).meta({ id: 'UpdateAgency' }),
    answers: { 200: agencySchema },
    run: async ({ body, caller }) => ({ status: 200, body: await caller.social.agency.update(body) }),
  }),
  route({
    method: 'post',
    url: '/v1/secrets/rewrap',
    operationId: 'rewrapSecrets',
    tag,
    summary: 'Wraps the data keys of the agency with OFM_KEY where one of OFM_OLD_KEYS wraps them.',
    description:
      'May be repeated, and goes on where it was. Once every agency has an answer, OFM_OLD_KEYS may be unset.',
    answers: { 200: z.strictObject({ rewrapped: z.int() }).meta({ id: 'Rewrapped' }) },
    run: async ({ caller }) => ({ status: 200, body: await caller.social.secrets.rewrap() }),
  }),
]
