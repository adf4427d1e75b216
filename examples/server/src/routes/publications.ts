import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { byField, pageOf, pageQuery } from '../schemas/page.ts'
import { bulkResultSchema, historyEntrySchema, publicationSchema, publicationState } from '../schemas/publication.ts'

const tag = 'Publications'
const path = z.strictObject({ publication: z.string() })
const command = z.strictObject({ by: byField })
const results = z.strictObject({ results: z.array(bulkResultSchema) })

const filter = {
  creator: z.string().optional(),
  account: z.string().optional(),
  platform: z.string().optional(),
  post: z.string().optional(),
}
const states = z
  .union([publicationState, z.array(publicationState)])
  .optional()
  .meta({ description: 'One state, or several.' })

const listQuery = pageQuery.extend({ ...filter, state: states, held: z.enum(['true', 'false']).optional() })

const bulkBody = z
  .strictObject({
    filter: z.strictObject({ ...filter, state: states, held: z.boolean().optional() }),
    limit: z.int().min(1).max(1_000),
    by: byField,
  })
  .meta({ id: 'BulkCommand', description: 'Which publications, and how many at most.' })

const oneByOne =
  'The platform is asked about each first, one after the other. Where they are many, send several requests with a small limit: an answer that takes minutes may be cut off on its way, although the work is done.'

const answer = {
  externalId: z.string().meta({ description: "The platform's id of what is live." }),
  url: z.string().optional(),
  part: z.int().min(0).optional(),
}

const readRoutes: readonly Route[] = [
  route({
    method: 'get',
    url: '/v1/publications',
    operationId: 'listPublications',
    tag,
    summary: 'Lists publications, newest first.',
    query: listQuery,
    answers: { 200: pageOf(publicationSchema) },
    run: async ({ query: { held, ...query }, caller }) => {
      const wanted = held === undefined ? query : { ...query, held: held === 'true' }
      return { status: 200, body: await caller.social.publications.list(wanted) }
    },
  }),
  route({
    method: 'get',
    url: '/v1/publications/:publication',
    operationId: 'getPublication',
    tag,
    summary: 'Reads a publication with its parts, attempts and evidence.',
    path,
    answers: { 200: publicationSchema },
    run: async ({ path: { publication }, caller }) => ({
      status: 200,
      body: await caller.social.publications.get(publication),
    }),
  }),
  route({
    method: 'get',
    url: '/v1/publications/:publication/history',
    operationId: 'getHistory',
    tag,
    summary: 'Every change with its cause, oldest first.',
    path,
    answers: { 200: z.strictObject({ items: z.array(historyEntrySchema) }) },
    run: async ({ path: { publication }, caller }) => ({
      status: 200,
      body: { items: await caller.social.publications.history(publication) },
    }),
  }),
]

const commandRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/publications/:publication/confirm',
    operationId: 'confirmPublication',
    tag,
    summary: 'A person saw it live: binds the id. Only from needs_attention, after one fresh look.',
    path,
    body: z.strictObject({ ...answer, by: byField }).meta({ id: 'Confirm' }),
    answers: { 200: publicationSchema },
    run: async ({ path: { publication }, body, caller }) => ({
      status: 200,
      body: await caller.social.publications.confirm(publication, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/:publication/retry',
    operationId: 'retryPublication',
    tag,
    summary: 'Sends again what needs attention, was refused, missed, or stayed incomplete.',
    path,
    body: command,
    answers: { 200: publicationSchema },
    run: async ({ path: { publication }, body, caller }) => ({
      status: 200,
      body: await caller.social.publications.retry(publication, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/:publication/give-up',
    operationId: 'giveUpPublication',
    tag,
    summary: 'Ends a publication that asks. Proof that it is live still makes it published.',
    path,
    body: command,
    answers: { 200: publicationSchema },
    run: async ({ path: { publication }, body, caller }) => ({
      status: 200,
      body: await caller.social.publications.giveUp(publication, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/:publication/remove',
    operationId: 'removePublication',
    tag,
    summary: 'Asks to take the live parts off the platform, last to first.',
    path,
    body: command,
    answers: { 202: publicationSchema },
    run: async ({ path: { publication }, body, caller }) => ({
      status: 202,
      body: await caller.social.publications.remove(publication, { by: caller.by, ...body }),
    }),
  }),
]

const bulkRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/publications/confirm',
    operationId: 'confirmPublications',
    tag,
    summary: 'Confirms several, each with its id.',
    body: z
      .strictObject({
        answers: z
          .array(z.strictObject({ id: z.string(), ...answer }))
          .min(1)
          .max(1_000),
        by: byField,
      })
      .meta({ id: 'BulkConfirm' }),
    answers: { 200: results },
    run: async ({ body: { answers, by }, caller }) => ({
      status: 200,
      body: { results: await caller.social.publications.confirm(answers, { by: by ?? caller.by }) },
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/retry',
    operationId: 'retryPublications',
    tag,
    summary: 'Sends again all that a filter finds, up to a limit.',
    description: oneByOne,
    body: bulkBody,
    answers: { 200: results },
    run: async ({ body: { filter: wanted, limit, by }, caller }) => ({
      status: 200,
      body: { results: await caller.social.publications.retry({ ...wanted, limit }, { by: by ?? caller.by }) },
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/give-up',
    operationId: 'giveUpPublications',
    tag,
    summary: 'Gives up all that a filter finds, up to a limit.',
    description: oneByOne,
    body: bulkBody,
    answers: { 200: results },
    run: async ({ body: { filter: wanted, limit, by }, caller }) => ({
      status: 200,
      body: { results: await caller.social.publications.giveUp({ ...wanted, limit }, { by: by ?? caller.by }) },
    }),
  }),
]

/** What became of posts, and what a person may answer. */
export const publicationRoutes: readonly Route[] = [...readRoutes, ...commandRoutes, ...bulkRoutes]
