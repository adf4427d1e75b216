import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { byField, pageOf, pageQuery } from '../schemas/page.ts'
import {
  atField,
  cancelResultSchema,
  checkedPostSchema,
  createdPostSchema,
  createPostSchema,
  editedPostSchema,
  editPostSchema,
  latestByField,
  postSchema,
} from '../schemas/post.ts'

const tag = 'Posts'
const path = z.strictObject({ post: z.string() })
const command = z.strictObject({ by: byField })

const createRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/posts/check',
    operationId: 'checkPost',
    tag,
    summary: 'Finds all problems of all destinations, and what it would cost. Stores nothing.',
    description: 'Takes the body that would create the post.',
    body: createPostSchema,
    answers: { 200: checkedPostSchema },
    run: async ({ body, caller }) => ({ status: 200, body: await caller.social.posts.check(body) }),
  }),
  route({
    method: 'post',
    url: '/v1/posts',
    operationId: 'createPost',
    tag,
    summary: 'Accepts a post: from here on it is published, or says why not.',
    description: 'Refused with `invalid_post` and the list of `check`. An `Idempotency-Key` also serves as its `key`.',
    idempotent: true,
    body: createPostSchema,
    answers: { 201: createdPostSchema },
    run: async ({ body, caller, idempotencyKey }) => {
      const key = body.key ?? idempotencyKey
      const input = { by: caller.by, ...body, ...(key === undefined ? {} : { key }) }
      return { status: 201, body: await caller.social.posts.create(input) }
    },
  }),
]

const readRoutes: readonly Route[] = [
  route({
    method: 'get',
    url: '/v1/posts',
    operationId: 'listPosts',
    tag,
    summary: 'Lists posts with their publications, newest first.',
    query: pageQuery.extend({ creator: z.string().optional() }),
    answers: { 200: pageOf(postSchema) },
    run: async ({ query, caller }) => ({ status: 200, body: await caller.social.posts.list(query) }),
  }),
  route({
    method: 'get',
    url: '/v1/posts/:post',
    operationId: 'getPost',
    tag,
    summary: 'Reads a post with its publications.',
    path,
    answers: { 200: postSchema },
    run: async ({ path: { post }, caller }) => ({ status: 200, body: await caller.social.posts.get(post) }),
  }),
]

const changeRoutes: readonly Route[] = [
  route({
    method: 'patch',
    url: '/v1/posts/:post',
    operationId: 'editPost',
    tag,
    summary: 'Makes a new revision; approval is asked again.',
    description: 'Refused like a new post, with the same list; `warnings` say what it repeats now.',
    path,
    body: editPostSchema,
    answers: { 200: editedPostSchema },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: await caller.social.posts.edit(post, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/posts/:post/reschedule',
    operationId: 'reschedulePost',
    tag,
    summary: 'Moves a post to another time.',
    path,
    body: z.strictObject({ at: atField, latestByMs: latestByField.optional(), by: byField }).meta({ id: 'Reschedule' }),
    answers: { 200: postSchema },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: await caller.social.posts.reschedule(post, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/posts/:post/cancel',
    operationId: 'cancelPost',
    tag,
    summary: 'Cancels what has not gone out, and says for each publication what came of it.',
    path,
    body: command,
    answers: { 200: z.strictObject({ results: z.array(cancelResultSchema) }) },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: { results: await caller.social.posts.cancel(post, { by: caller.by, ...body }) },
    }),
  }),
]

const approvalRoutes: readonly Route[] = [
  route({
    method: 'post',
    url: '/v1/posts/:post/submit',
    operationId: 'submitPost',
    tag,
    summary: 'A draft becomes scheduled, or waits for approval.',
    path,
    body: command,
    answers: { 200: postSchema },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: await caller.social.posts.submit(post, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/posts/:post/approve',
    operationId: 'approvePost',
    tag,
    summary: 'Approves exactly the revision that the person saw.',
    path,
    body: z.strictObject({ revisionHash: z.string(), by: byField }).meta({ id: 'Approve' }),
    answers: { 200: postSchema },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: await caller.social.posts.approve(post, { by: caller.by, ...body }),
    }),
  }),
  route({
    method: 'post',
    url: '/v1/posts/:post/withdraw-approval',
    operationId: 'withdrawApproval',
    tag,
    summary: 'Takes an approval back, as long as nothing has gone out.',
    path,
    body: command,
    answers: { 200: postSchema },
    run: async ({ path: { post }, body, caller }) => ({
      status: 200,
      body: await caller.social.posts.withdrawApproval(post, { by: caller.by, ...body }),
    }),
  }),
]

/** What is to be published. */
export const postRoutes: readonly Route[] = [...createRoutes, ...readRoutes, ...changeRoutes, ...approvalRoutes]
