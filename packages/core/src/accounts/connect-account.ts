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
import type { Accounts, CompletedLogin } from './accounts.ts'
import { type AccountsDependencies, findAdapter } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, untilAborted } from './adapter-call.ts'
import type { AppOwner } from './app-credentials.ts'
import { chooseAccount, offerChoice } from './choose-account.ts'
import type { ConnectState } from './connect-state-store.ts'
import { leadBack } from './lead-back.ts'
import {
  createLoginSecret,
  createLoginState,
  loginStateLifeMs,
  parseLoginState,
  toStateUnknown,
} from './login-state.ts'
import { readProfiles, toConnectError } from './read-profiles.ts'
import { saveAccount } from './save-account.ts'

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
      externalId: z.string().min(1).max(200).optional(),
    })
    .superRefine(({ code, error, externalId }, context) => {
      if ([code, error, externalId].filter((answer) => answer !== undefined).length === 1) return
      const message = 'Give code or error, which a platform appends to the redirect, or externalId, which was chosen.'
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
  const { state, hash } = createLoginState(agencyId, randomBytes)
  const verifier = createLoginSecret(randomBytes)
  const sealed = await vault.seal({ agencyId, creatorId: owner.id }, hash, (sealField) => ({
    verifierBox: sealField('verifier', new Secret(verifier)),
  }))
  const row = { hash, creatorId: owner.id, platform, redirectUri, returnTo: returnTo ?? null, ...sealed }
  const expiresAt = await connectStates.add(agencyId, row, loginStateLifeMs)
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const url = oauth.authorizeUrl({ app, redirectUri, state, codeChallenge, scopes: oauth.scopes })
  return { url, expiresAt }
}

async function complete(
  dependencies: AccountsDependencies,
  { state, code, externalId, ...refusal }: z.output<ReturnType<typeof completeInput>>,
): Promise<CompletedLogin> {
  if (externalId !== undefined) return chooseAccount(dependencies, { state, externalId })
  const { agencyId, begun } = await takeState(dependencies, state)
  return leadBack(begun.returnTo, () => {
    if (code !== undefined) return finishLogin(dependencies, { agencyId, begun, code: new Secret(code) })
    const { displayName } = findAdapter(dependencies.adapters, begun.platform)
    const said = refusal.errorDescription ?? refusal.error
    throw new SocialError('connect_failed', `${displayName} did not connect the account: ${said}.`)
  })
}

interface TakenLogin {
  readonly agencyId: AgencyId
  readonly begun: ConnectState
  readonly code: Secret
}

/** The platform, the creator and the redirect come from what was stored, never from the answer. */
async function finishLogin(
  dependencies: AccountsDependencies,
  { agencyId, begun, code }: TakenLogin,
): Promise<CompletedLogin> {
  const { adapter, oauth } = requireOAuth(findAdapter(dependencies.adapters, begun.platform))
  const creator = await findCreator(dependencies.creators, agencyId, begun.creatorId)
  if (!creator) throw new SocialError('not_found', 'The creator of this login does not exist any more.')
  const app = await requireApp(dependencies, { agencyId, creatorId: creator.id, platform: begun.platform })
  const { tokens, now } = await exchange(dependencies, { agencyId, adapter, oauth, app, begun, code })
  const profiles = await readProfiles(dependencies, { agencyId, creator, adapter, app, tokens })
  const { returnTo } = begun
  const { scopes, expiresInMs } = tokens
  const missingScopes = oauth.scopes.filter((scope) => !scopes.includes(scope))
  const expiresAt = expiresInMs === undefined ? null : now + expiresInMs
  const login = { agencyId, creator, adapter, appKey: app.clientId, tokens, expiresAt, scopes, missingScopes }
  const [profile, ...others] = profiles
  if (others.length > 0) return offerChoice(dependencies, { ...login, profiles, returnTo })
  const account = await saveAccount(dependencies, { ...login, profile })
  return { status: 'connected', account, returnTo, missingScopes }
}

async function takeState({ connectStates }: AccountsDependencies, state: string) {
  const { agencyId, hash } = parseLoginState(state)
  const begun = await connectStates.take(agencyId, hash)
  if (begun) return { agencyId, begun }
  throw toStateUnknown()
}

async function exchange(
  { store, vault, startTimeout }: AccountsDependencies,
  login: TakenLogin & {
    readonly adapter: PlatformAdapter
    readonly oauth: PlatformOAuth
    readonly app: AppCredentials
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
