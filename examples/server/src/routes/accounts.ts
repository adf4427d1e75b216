import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { accountSchema } from '../schemas/account.ts'
import { byField, moment, pageOf, pageQuery } from '../schemas/page.ts'

const tag = 'Accounts'
const path = z.strictObject({ account: z.string() })

const tokens = z.strictObject({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAt: moment.optional(),
  scopes: z.array(z.string()).optional(),
})

const addAccount = z
  .union([
    z.strictObject({
      creator: z.string(),
      platform: z.string(),
      tokens,
      externalId: z.string().optional().meta({ description: 'Which account, where the tokens reach several.' }),
    }),
    z.strictObject({
      creator: z.string(),
      platform: z.string(),
      externalId: z.string(),
      username: z.string().optional(),
    }),
  ])
  .meta({
    id: 'AddAccount',
    description: 'With tokens that you have; or with `externalId` alone where the server brings them.',
  })

/** Profiles on platforms. How a creator logs in is in `connect.ts`. */
export const accountRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/accounts',
    operationId: 'addAccount',
    tag,
    summary: 'Adds an account with tokens that you have, or brings its tokens up to date.',
    idempotent: true,
    body: addAccount,
    answers: { 201: accountSchema },
    run: async ({ body, caller }) => ({ status: 201, body: await caller.social.accounts.add(toAccountInput(body)) }),
  }),
  route({
    method: 'get',
    url: '/v1/accounts',
    operationId: 'listAccounts',
    tag,
    summary: 'Lists accounts, newest first.',
    query: pageQuery.extend({ creator: z.string().optional(), platform: z.string().optional() }),
    answers: { 200: pageOf(accountSchema) },
    run: async ({ query, caller }) => ({ status: 200, body: await caller.social.accounts.list(query) }),
  }),
  route({
    method: 'get',
    url: '/v1/accounts/:account',
    operationId: 'getAccount',
    tag,
    summary: 'Reads an account and the state of its connection.',
    path,
    answers: { 200: accountSchema },
    run: async ({ path: { account }, caller }) => ({ status: 200, body: await caller.social.accounts.get(account) }),
  }),
  route({
    method: 'patch',
    url: '/v1/accounts/:account',
    operationId: 'updateAccount',
    tag,
    summary: 'Changes what happens after an unknown outcome, and the spacing.',
    description: '`repeat_once` weakens the promise never to publish twice.',
    path,
    body: z
      .strictObject({
        afterUnknown: z.enum(['ask', 'repeat_once']).optional(),
        spacing: z.int().min(0).optional().meta({ description: 'Milliseconds between late publications.' }),
        by: byField,
      })
      .meta({ id: 'UpdateAccount' }),
    answers: { 200: accountSchema },
    run: async ({ path: { account }, body, caller }) => ({
      status: 200,
      body: await caller.social.accounts.update(account, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/accounts/:account/disconnect',
    operationId: 'disconnectAccount',
    tag,
    summary: 'Revokes the permission where the platform can, and forgets the tokens.',
    path,
    body: z.strictObject({ by: byField }),
    answers: { 200: accountSchema },
    run: async ({ path: { account }, body, caller }) => ({
      status: 200,
      body: await caller.social.accounts.disconnect(account, { by: caller.by, ...body }),
    }),
  }),
]

function toAccountInput(body: z.output<typeof addAccount>) {
  if (!('tokens' in body)) return body
  const { externalId, tokens, ...account } = body
  const { expiresAt, ...rest } = tokens
  return {
    ...account,
    ...(externalId === undefined ? {} : { externalId }),
    tokens: expiresAt === undefined ? rest : { ...rest, expiresAt: new Date(expiresAt) },
  }
}
