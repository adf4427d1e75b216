import type { AgencySocial, Social } from '@ofm-social/core'
import type { Request } from 'express'
import * as z from 'zod'
import type { ApiKeys } from '../api-keys.ts'
import { HttpProblem } from '../problem.ts'
import { readBody } from '../read-body.ts'
import { type Answer, type Route, route } from '../route.ts'

export interface WebhookDependencies {
  readonly social: Social
  readonly apiKeys: Pick<ApiKeys, 'hasAgency'>
}

const tag = 'Webhooks'
const platformPath = z.strictObject({ platform: z.string() })
const agencyPath = z.strictObject({ platform: z.string(), agency: z.string() })
const bodySizeBytesMax = 1024 * 1024

/** Where a platform tells what happened; one address per platform, which its app must have registered. */
export function webhookUrl(publicUrl: string, platform: string): string {
  return `${publicUrl}/v1/webhooks/${platform}`
}

/** Where platforms tell what happened. No key: each request is verified by the platform's own signature, over its raw bytes. */
export function createWebhookRoutes({ social, apiKeys }: WebhookDependencies): readonly Route[] {
  // A stranger's request must not make an agency: only one that has a key is there.
  const ofAgency = async (agency: string): Promise<AgencySocial> => {
    if (!(await apiKeys.hasAgency(agency))) throw new HttpProblem('not_found', 'There is no such agency.')
    return social.forAgency(agency)
  }
  const open = { tag, access: 'none', answers: { 200: '' } } as const
  return [
    route({
      ...open,
      method: 'get',
      url: '/v1/webhooks/:platform',
      operationId: 'answerChallenge',
      summary: 'Proves to the platform that the address is ours. Not for you to call.',
      path: platformPath,
      run: ({ path: { platform }, request }) => receive(social, platform, request),
    }),
    route({
      ...open,
      method: 'post',
      url: '/v1/webhooks/:platform',
      operationId: 'receiveWebhook',
      summary: 'Takes in what the platform tells. Register this address with its app. Not for you to call.',
      path: platformPath,
      run: ({ path: { platform }, request }) => receive(social, platform, request),
    }),
    route({
      ...open,
      method: 'get',
      url: '/v1/webhooks/:platform/:agency',
      operationId: 'answerAgencyChallenge',
      summary: 'The same for an agency other than the default one.',
      path: agencyPath,
      run: async ({ path: { platform, agency }, request }) => receive(await ofAgency(agency), platform, request),
    }),
    route({
      ...open,
      method: 'post',
      url: '/v1/webhooks/:platform/:agency',
      operationId: 'receiveAgencyWebhook',
      summary: 'The same for an agency other than the default one.',
      path: agencyPath,
      run: async ({ path: { platform, agency }, request }) => receive(await ofAgency(agency), platform, request),
    }),
  ]
}

async function receive({ webhooks }: AgencySocial, platform: string, request: Request): Promise<Answer> {
  const { method } = request
  const query = new URL(request.originalUrl, 'http://localhost').searchParams
  const headers = Object.fromEntries(Object.keys(request.headers).map((name) => [name, request.get(name)]))
  const body = await readBody(request, bodySizeBytesMax)
  const { body: text, ...answer } = await webhooks.receive(platform, { method, headers, query, body })
  return text === undefined ? answer : { ...answer, text }
}
