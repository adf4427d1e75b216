import { type CompletedLogin, isSocialError, type Social } from '@ofm-social/core'
import * as z from 'zod'
import { renderChoice } from '../choice-page.ts'
import type { Log } from '../log.ts'
import { renderPage } from '../page.ts'
import { HttpProblem } from '../problem.ts'
import { type Answer, type Route, route } from '../route.ts'
import { moment } from '../schemas/page.ts'

export interface ConnectDependencies {
  readonly social: Social
  /** Ours, as browsers and platforms see it. */
  readonly publicUrl: string
  readonly returnToOrigins: readonly string[]
  readonly log: Pick<Log, 'warn'>
}

const tag = 'Accounts'

/** Where a platform sends the browser back to; one address per platform, which its app must have registered. */
export function callbackUrl(publicUrl: string, platform: string): string {
  return `${publicUrl}/v1/oauth/callback/${platform}`
}

/** How a creator logs in. */
export function createConnectRoutes(dependencies: ConnectDependencies): readonly Route[] {
  const { publicUrl, returnToOrigins } = dependencies
  const origins = [new URL(publicUrl).origin, ...returnToOrigins]
  return [
    route({
      method: 'post',
      url: '/v1/accounts/connect',
      operationId: 'beginConnect',
      tag,
      summary: 'Begins a login: send the browser to `url`.',
      description:
        'The creator is made on first use. After the login the browser comes to `returnTo` with `account`, and with `missing` where scopes were not granted; a login that failed with `error`, a code of problems such as `connect_failed`, and `error_description`, a sentence. A login that reaches several accounts shows a page of ours before that, where the person chooses one.',
      body: z
        .strictObject({
          creator: z.string(),
          platform: z.string(),
          returnTo: z.string().optional().meta({ description: 'On an origin of OFM_RETURN_TO, or a path of ours.' }),
        })
        .meta({ id: 'BeginConnect' }),
      answers: { 201: z.strictObject({ url: z.string(), expiresAt: moment }).meta({ id: 'ConnectBegun' }) },
      run: async ({ body: { creator, platform, returnTo }, caller }) => {
        const redirectUri = callbackUrl(publicUrl, platform)
        const back = returnTo === undefined ? undefined : requireAllowed(returnTo, publicUrl, origins)
        const input = { creator, platform, redirectUri, ...(back === undefined ? {} : { returnTo: back }) }
        return { status: 201, body: await caller.social.accounts.connect.begin(input) }
      },
    }),
    route({
      method: 'get',
      url: '/v1/oauth/callback/:platform',
      operationId: 'completeConnect',
      tag,
      summary: 'Where the platform sends the browser back to. Not for you to call.',
      description:
        'Where the login reaches several accounts, it answers a page with a button for each. The button comes back here with `externalId` and a state of its own, which lives ten minutes and works once; an `externalId` that was not offered is `invalid_input` and names those that were.',
      access: 'none',
      path: z.strictObject({ platform: z.string() }),
      // Platforms add what they like.
      query: z.looseObject({
        state: z.string(),
        code: z.string().optional(),
        error: z.string().optional(),
        error_description: z.string().optional(),
        externalId: z.string().optional().meta({ description: 'The account that was chosen.' }),
      }),
      answers: { 200: 'text/html', 303: '' },
      run: ({ query }) => complete(dependencies, query),
    }),
  ]
}

interface CallbackQuery {
  readonly state: string
  readonly code?: string | undefined
  readonly error?: string | undefined
  readonly error_description?: string | undefined
  readonly externalId?: string | undefined
}

const headers = { 'referrer-policy': 'no-referrer' }

/** Only what was stored when the login began decides whose it is and where it leads. The answer's URL holds nothing secret. */
async function complete({ social, log }: ConnectDependencies, query: CallbackQuery): Promise<Answer> {
  try {
    return toPage(await social.accounts.connect.complete(toAnswer(query)))
  } catch (error) {
    if (!isSocialError(error) || error.returnTo === null) throw error
    if (error.code !== 'connect_failed') log.warn({ err: error, code: error.code }, 'A login could not be completed.')
    return leadTo(error.returnTo, { error: error.code, error_description: shorten(error.message) })
  }
}

function toPage(completed: CompletedLogin): Answer {
  if (completed.status === 'choose_account') return { status: 200, headers, html: renderChoice(completed) }
  const { account, returnTo, missingScopes } = completed
  if (returnTo !== null) {
    return leadTo(returnTo, {
      account: account.id,
      ...(missingScopes.length > 0 && { missing: missingScopes.join(' ') }),
    })
  }
  const name = account.username ?? account.externalId
  const sentence = `${name} on ${account.platform} is connected. You can close this window.`
  return { status: 200, headers, html: renderPage('Connected', [sentence]) }
}

function leadTo(returnTo: string, query: Readonly<Record<string, string>>): Answer {
  const back = new URL(returnTo)
  for (const [name, value] of Object.entries(query)) back.searchParams.set(name, value)
  return { status: 303, headers: { ...headers, location: back.href } }
}

const descriptionLengthMax = 250

/** What a platform says may be of any length, and an address may not. */
function shorten(text: string): string {
  return text.length <= descriptionLengthMax ? text : `${text.slice(0, descriptionLengthMax)}…`
}

function toAnswer({ state, code, error, error_description, externalId }: CallbackQuery) {
  if (error === undefined && externalId !== undefined) return { state, externalId }
  if (error === undefined && code !== undefined) return { state, code }
  return { state, error: error ?? 'no_code', ...(error_description && { errorDescription: error_description }) }
}

/** An open redirect after a login would lend our name to anybody. */
function requireAllowed(returnTo: string, publicUrl: string, origins: readonly string[]): string {
  const url = URL.canParse(returnTo, publicUrl) ? new URL(returnTo, publicUrl) : undefined
  // `blob:https://…` has the origin of what is inside.
  if (url && /^https?:$/.test(url.protocol) && origins.includes(url.origin)) return url.href
  const detail = `returnTo must lead to one of: ${origins.join(', ')}. OFM_RETURN_TO names more.`
  throw new HttpProblem('return_to_not_allowed', detail, {
    errors: [{ pointer: '/returnTo', code: 'not_allowed', message: detail }],
  })
}
