import { createHash } from 'node:crypto'
import * as z from 'zod'
import { createResolveCreator, creatorField, findCreator } from '../creators/resolve-creator.ts'
import type { AgencyId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { AppCredentials } from '../platform/call-context.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { PlatformOAuth, TokenSet } from '../platform/platform-oauth.ts'
import { Secret } from '../platform/secret.ts'
import { SocialError } from '../social-error.ts'
import type { Accounts } from './accounts.ts'
import { type AccountsDependencies, findAdapter } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, untilAborted } from './adapter-call.ts'
import type { AppOwner } from './app-credentials.ts'
import type { ConnectState } from './connect-state-store.ts'
import { readProfile, saveAccount, toConnectError } from './save-account.ts'

const stateLifeMs = 600_000
const secretBytes = 32
/** What comes with a callback is anybody's text, and becomes a scope of the database before it is known. */
const agencyIdPattern = /^[\w-]{1,128}$/

const beginInput = once(() =>
  z.strictObject({
    creator: creatorField(),
    platform: z.string().min(1),
    redirectUri: z
      .string()
      .max(2000)
      .refine((text) => URL.canParse(text) && !text.includes('#'), { error: 'redirectUri must be a URL without #.' }),
    returnTo: z.string().max(2000).optional(),
  }),
)

const completeInput = once(() =>
  z
    .strictObject({
      state: z.string().min(1).max(1000),
      code: z.string().min(1).optional(),
      error: z.string().min(1).optional(),
      errorDescription: z.string().optional(),
    })
    .superRefine(({ code, error }, context) => {
      if ((code === undefined) !== (error === undefined)) return
      const message = 'Either code or error is what a platform appends to the redirect.'
      context.addIssue({ code: 'custom', path: ['code'], message, params: { code: 'missing' } })
    }),
)

/** OAuth logins of one agency: PKCE, a state that works once, its verifier sealed. */
export function createConnect(dependencies: AccountsDependencies): Accounts['connect'] {
  return {
    begin: async (input) => begin(dependencies, parseInput(beginInput(), input)),
    complete: async (answer) => complete(dependencies, parseInput(completeInput(), answer)),
  }
}

async function begin(
  dependencies: AccountsDependencies,
  { creator, platform, redirectUri, returnTo }: z.output<ReturnType<typeof beginInput>>,
) {
  const { adapters, connectStates, creators, vault, randomBytes, createId } = dependencies
  const { oauth } = requireOAuth(findAdapter(adapters, platform))
  const agencyId = await dependencies.readAgencyId()
  const owner = await createResolveCreator({ store: creators, createId })(agencyId, creator, { create: true })
  const app = await requireApp(dependencies, { agencyId, creatorId: owner.id, platform })
  const random = toBase64Url(randomBytes(secretBytes))
  const state = `${toBase64Url(Buffer.from(agencyId))}.${random}`
  const verifier = toBase64Url(randomBytes(secretBytes))
  const hash = hashState(state)
  const sealed = await vault.seal({ agencyId, creatorId: owner.id }, hash, (sealField) => ({
    verifierBox: sealField('verifier', new Secret(verifier)),
  }))
  const row = { hash, creatorId: owner.id, platform, redirectUri, returnTo: returnTo ?? null, ...sealed }
  const expiresAt = await connectStates.add(agencyId, row, stateLifeMs)
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const url = oauth.authorizeUrl({ app, redirectUri, state, codeChallenge, scopes: oauth.scopes })
  return { url, expiresAt }
}

/** The platform, the creator and the redirect come from what was stored, never from the answer. */
async function complete(dependencies: AccountsDependencies, answer: z.output<ReturnType<typeof completeInput>>) {
  const { agencyId, begun } = await takeState(dependencies, answer.state)
  const { adapter, oauth } = requireOAuth(findAdapter(dependencies.adapters, begun.platform))
  const { code } = answer
  if (code === undefined) {
    const said = answer.errorDescription ?? answer.error
    throw new SocialError('connect_failed', `${adapter.displayName} did not connect the account: ${said}.`)
  }
  const creator = await findCreator(dependencies.creators, agencyId, begun.creatorId)
  if (!creator) throw new SocialError('not_found', 'The creator of this login does not exist any more.')
  const app = await requireApp(dependencies, { agencyId, creatorId: creator.id, platform: begun.platform })
  const { tokens, now } = await exchange(dependencies, { agencyId, adapter, oauth, app, begun, code: new Secret(code) })
  const profile = await readProfile(dependencies, { agencyId, creator, adapter, app, tokens })
  const missingScopes = oauth.scopes.filter((scope) => !tokens.scopes.includes(scope))
  const account = await saveAccount(dependencies, {
    agencyId,
    creator,
    adapter,
    profile,
    appKey: app.clientId,
    tokens,
    expiresAt: tokens.expiresInMs === undefined ? null : now + tokens.expiresInMs,
    scopes: tokens.scopes,
    missingScopes,
  })
  return { account, returnTo: begun.returnTo, missingScopes }
}

async function takeState({ connectStates }: AccountsDependencies, state: string) {
  const agencyId = Buffer.from(state.split('.')[0] ?? '', 'base64url').toString() as AgencyId
  const begun = agencyIdPattern.test(agencyId) && (await connectStates.take(agencyId, hashState(state)))
  if (begun) return { agencyId, begun }
  throw new SocialError(
    'state_unknown',
    'This login was completed already, took longer than ten minutes, or was never begun here. Begin again.',
  )
}

async function exchange(
  { store, vault, startTimeout }: AccountsDependencies,
  login: {
    readonly agencyId: AgencyId
    readonly adapter: PlatformAdapter
    readonly oauth: PlatformOAuth
    readonly app: AppCredentials
    readonly begun: ConnectState
    readonly code: Secret
  },
): Promise<{ readonly tokens: TokenSet; readonly now: number }> {
  const { agencyId, adapter, oauth, app, begun, code } = login
  const { creatorId, keyId, hash: rowId, verifierBox, redirectUri } = begun
  const codeVerifier = await vault.open({ agencyId, creatorId }, { keyId, rowId, field: 'verifier' }, verifierBox)
  // Read before the call: an expiry counted from here is rather too early than too late.
  const now = await store.readNow()
  const signal = startTimeout(accountCallTimeoutMs)
  try {
    const exchanged = oauth.exchange({ code, redirectUri, codeVerifier }, { app, signal, now })
    return { tokens: await untilAborted(exchanged, signal), now }
  } catch (cause) {
    throw toConnectError(adapter, cause)
  }
}

function requireOAuth(adapter: PlatformAdapter): { readonly adapter: PlatformAdapter; readonly oauth: PlatformOAuth } {
  const { oauth, displayName } = adapter
  if (oauth) return { adapter, oauth }
  throw new SocialError('not_allowed', `${displayName} has no login here. Add the account with tokens.`)
}

async function requireApp({ readApp }: AccountsDependencies, owner: AppOwner): Promise<AppCredentials> {
  const app = await readApp(owner)
  if (app) return app
  const { platform } = owner
  const fix = `apps: { ${platform}: { clientId, clientSecret } }`
  throw new SocialError('misconfigured', `No app of ${platform} is configured. Give its credentials: ${fix}.`)
}

function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
