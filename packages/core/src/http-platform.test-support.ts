import * as z from 'zod'
import { createJsonClient } from './http/create-json-client.ts'
import { answer, type SeenRequest, startServer } from './http/scripted-server.test-support.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import { PlatformError } from './platform/platform-error.ts'
import { Secret } from './platform/secret.ts'

const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string() })
const postAnswer = z.object({ id: z.string() })

type Answer = { readonly status: number; readonly body: unknown }

/** A platform behind a real socket, whose answers the test scripts by path. Its adapter repeats to people whatever the platform says. */
export async function startHttpPlatform(
  answerTo: (request: SeenRequest & { readonly path: string; readonly method: string }) => Answer | 'hang_up',
) {
  const server = await startServer((socket, request) => {
    const [method = '', path = ''] = request.head.split(' ')
    const answered = answerTo({ ...request, method, path })
    if (answered === 'hang_up') socket.destroy()
    else answer(socket, answered.status, JSON.stringify(answered.body), { 'content-type': 'application/json' })
  })
  const http = createJsonClient({
    baseUrl: server.url,
    toError: ({ status, text }) =>
      status === 401
        ? undefined
        : new PlatformError({
            code: status === 400 ? 'invalid_post' : 'outcome_unknown',
            message: `The platform said: ${text}`,
            status,
          }),
  })
  const toTokens = (answered: z.output<typeof tokenAnswer>) => ({
    accessToken: new Secret(answered.access_token),
    refreshToken: new Secret(answered.refresh_token),
    expiresInMs: 1,
    scopes: ['write'],
  })
  const adapter: PlatformAdapter<unknown> = {
    platform: 'wire',
    displayName: 'Wire',
    limits: { textLengthMax: 280, source: 'https://example.com/limits', checkedOn: '2026-11-25' },
    oauth: {
      scopes: ['write'],
      pkce: true,
      authorizeUrl: ({ state, codeChallenge }) =>
        `${server.url}/authorize?state=${state}&code_challenge=${codeChallenge}`,
      async exchange({ code, codeVerifier }, context) {
        const urlencoded = { code: code.reveal(), code_verifier: codeVerifier.reveal() }
        return toTokens(
          await http.mutate('POST', '/token', { context, auth: 'basic', urlencoded, answer: tokenAnswer }),
        )
      },
      async refresh({ refreshToken }, context) {
        const urlencoded = { refresh_token: refreshToken?.reveal() ?? '' }
        const answered = await http.mutate('POST', '/token', {
          context,
          auth: 'basic',
          urlencoded,
          answer: tokenAnswer,
        })
        return { status: 'refreshed', tokens: toTokens(answered) }
      },
    },
    checkPart: () => [],
    async readAccount(context) {
      const { id } = await http.get('/me', { context, answer: postAnswer })
      return { externalId: id, username: 'ada' }
    },
    async publish({ text }, context) {
      const { id } = await http.mutate('POST', '/posts', { context, json: { text }, answer: postAnswer })
      return { status: 'published', externalId: id }
    },
    async findPublished(_attempt, context) {
      await http.get('/posts', { context, answer: z.object({ ids: z.array(z.string()) }) })
      return { status: 'not_yet', looked: 'the posts' }
    },
  }
  return { ...server, adapter }
}
