import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { creatorSchema } from '../schemas/creator.ts'
import { pageOf, pageQuery } from '../schemas/page.ts'

const tag = 'Creators'

/** The persons and brands that an agency works for. */
export const creatorRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/creators',
    operationId: 'addCreator',
    tag,
    summary: 'Adds a creator, or brings the name of the one with this external id up to date.',
    idempotent: true,
    body: z.strictObject({ externalId: z.string().optional(), name: z.string().optional() }).meta({ id: 'AddCreator' }),
    answers: { 201: creatorSchema },
    run: async ({ body, caller }) => ({ status: 201, body: await caller.social.creators.add(body) }),
  }),
  route({
    method: 'get',
    url: '/v1/creators',
    operationId: 'listCreators',
    tag,
    summary: 'Lists creators, newest first.',
    query: pageQuery,
    answers: { 200: pageOf(creatorSchema) },
    run: async ({ query, caller }) => ({ status: 200, body: await caller.social.creators.list(query) }),
  }),
  route({
    method: 'get',
    url: '/v1/creators/:creator',
    operationId: 'getCreator',
    tag,
    summary: "Reads a creator, by our id or the app's own.",
    path: z.strictObject({ creator: z.string() }),
    answers: { 200: creatorSchema },
    run: async ({ path, caller }) => ({ status: 200, body: await caller.social.creators.get(path.creator) }),
  }),
]
