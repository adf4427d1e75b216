import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { OAuthContext, PlatformOAuth, RefreshResult, TokenSet } from '../../platform/platform-oauth.ts'
import { Secret } from '../../platform/secret.ts'
import type { EmulatorFault } from '../emulator/emulator-fault.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchError, endInTime, show } from './expect.ts'
import { listReached } from './list-reached.ts'
import { onStage, type Stage } from './stage.ts'
import { submitLogin } from './submit-login.ts'

const codeVerifier = 'a-verifier-of-the-contract-that-is-long-enough-0123456789'
const state = 'state of the contract & more'
const minuteMs = 60_000
const dayMs = 86_400_000

/** Connecting an account at the stand-in, and what becomes of its tokens. */
export function oauthCases(options: PlatformContractOptions): readonly ContractCase[] {
  const play = (check: (stage: Stage, oauth: PlatformOAuth) => Promise<void>) => () =>
    onStage(options, async (stage) => {
      if (stage.adapter.oauth) await check(stage, stage.adapter.oauth)
    })
  const lost: readonly [string, EmulatorFault][] = [
    ['answers 503', { kind: 'refuse', status: 503, body: {} }],
    ['answers with the page of a proxy', { kind: 'html_502', effect: 'before' }],
    ['resets the connection', { kind: 'reset_before' }],
  ]
  return [
    { name: 'asks for the permission with state, challenge and scopes', run: play(checkAuthorizeUrl) },
    { name: 'connects two accounts by their logins', run: play(connectBoth) },
    { name: 'takes no code with another verifier', run: play(exchangeWrongly) },
    { name: 'refreshes tokens', run: play(refreshTokens) },
    { name: 'says revoked when the platform does not know the grant', run: play(refreshUnknown) },
    { name: 'says revoked after it revoked a grant itself', run: play(revokeGrant) },
    ...lost.map(([what, fault]) => ({
      name: `says transient when the platform ${what} on a refresh`,
      run: play((stage, oauth) => refreshInVain(stage, oauth, fault)),
    })),
  ]
}

async function checkAuthorizeUrl(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  const url = new URL(toAuthorizeUrl(stage, oauth))
  const text = decodeURIComponent(url.href.replaceAll('+', '%20'))
  assert.equal(url.searchParams.get('state'), state, 'the authorize URL carries another state')
  assert.ok(text.includes(toRedirectUri(stage)), 'the authorize URL does not carry the redirect URI')
  assert.ok(!oauth.pkce || text.includes(toChallenge()), 'the authorize URL does not carry the challenge')
  assert.ok(!text.includes(codeVerifier), 'the authorize URL carries the verifier')
  const secret = stage.app.clientSecret?.reveal()
  assert.ok(!secret || !text.includes(secret), 'the authorize URL carries the client secret')
  for (const scope of oauth.scopes) assert.ok(text.includes(scope), `the authorize URL does not ask for ${scope}`)
}

async function connectBoth(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  for (const index of [0, 1]) {
    const tokens = await connect(stage, oauth, index)
    assert.ok(tokens.expiresInMs === undefined || tokens.expiresInMs > 0, `expiresInMs is ${tokens.expiresInMs}`)
    await checkOwner(stage, tokens, index)
  }
}

async function exchangeWrongly(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  if (!oauth.pkce) return
  const code = await logIn(stage, oauth, 0)
  const verifier = 'another-verifier-that-is-also-long-enough-0123456789-abc'
  stage.keepSecret(verifier)
  const request = { code, redirectUri: toRedirectUri(stage), codeVerifier: new Secret(verifier) }
  await catchError('exchange with another verifier', () => oauth.exchange(request, toContext(stage)))
}

async function refreshTokens(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  if (!oauth.refresh) return
  const tokens = await connect(stage, oauth, 1)
  const refreshed = await refreshInTime(stage, oauth, tokens)
  assert.equal(refreshed.status, 'refreshed', `a live grant is ${show(refreshed)}`)
  if (refreshed.status !== 'refreshed') return
  keepTokens(stage, refreshed.tokens)
  assert.notEqual(
    refreshed.tokens.accessToken.reveal(),
    tokens.accessToken.reveal(),
    'the refreshed token is the old one',
  )
  await checkOwner(stage, refreshed.tokens, 1)
  const again = await refreshInTime(stage, oauth, refreshed.tokens)
  assert.equal(again.status, 'refreshed', `refreshed tokens cannot be refreshed: ${show(again)}`)
}

/** After a minute; or after another day, for a platform that refreshes no younger token and says `transient` until then. */
async function refreshInTime(stage: Stage, oauth: PlatformOAuth, tokens: TokenSet): Promise<RefreshResult> {
  stage.clock.advance(minuteMs)
  const result = await refresh(stage, oauth, tokens)
  if (result.status !== 'transient') return result
  stage.clock.advance(dayMs)
  return refresh(stage, oauth, tokens)
}

async function refreshUnknown(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  if (!oauth.refresh) return
  const unknown = new Secret('never-issued-by-the-platform')
  stage.keepSecret(unknown.reveal())
  const result = await refresh(stage, oauth, { accessToken: unknown, refreshToken: unknown })
  assert.equal(result.status, 'revoked', `a grant that the platform does not know is ${show(result)}`)
}

async function revokeGrant(stage: Stage, oauth: PlatformOAuth): Promise<void> {
  if (!oauth.revoke) return
  const tokens = await connect(stage, oauth, 0)
  await endInTime('revoke', oauth.revoke(tokens.refreshToken ?? tokens.accessToken, toContext(stage)))
  if (!oauth.refresh) return
  const result = await refresh(stage, oauth, tokens)
  assert.equal(result.status, 'revoked', `a revoked grant is ${show(result)}`)
}

async function refreshInVain(stage: Stage, oauth: PlatformOAuth, fault: EmulatorFault): Promise<void> {
  if (!oauth.refresh) return
  const tokens = await connect(stage, oauth, 0)
  stage.emulator.addFault({ match: {}, fault })
  const requestsBefore = stage.emulator.requests().length
  const result = await refresh(stage, oauth, tokens)
  assert.equal(result.status, 'transient', `a refresh without an answer is ${show(result)}`)
  assert.equal(stage.emulator.requests().length, requestsBefore + 1, 'a refresh is repeated inside the adapter')
}

async function connect(stage: Stage, oauth: PlatformOAuth, index: number): Promise<TokenSet> {
  const code = await logIn(stage, oauth, index)
  const request = { code, redirectUri: toRedirectUri(stage), codeVerifier: new Secret(codeVerifier) }
  const tokens = await endInTime('exchange', oauth.exchange(request, toContext(stage)))
  keepTokens(stage, tokens)
  return tokens
}

async function logIn(stage: Stage, oauth: PlatformOAuth, index: number): Promise<Secret> {
  stage.keepSecret(codeVerifier)
  const back = await submitLogin(toAuthorizeUrl(stage, oauth), toRedirectUri(stage), stage.account(index).username)
  assert.equal(back.searchParams.get('state'), state, 'the platform sends another state back')
  const code = back.searchParams.get('code')
  assert.ok(code, 'the platform sends no code back')
  stage.keepSecret(code)
  return new Secret(code)
}

async function refresh(
  stage: Stage,
  oauth: PlatformOAuth,
  tokens: Pick<TokenSet, 'accessToken' | 'refreshToken'>,
): Promise<RefreshResult> {
  const result = await endInTime('refresh', (async () => oauth.refresh?.(tokens, toContext(stage)))())
  assert.ok(result)
  return result
}

async function checkOwner(stage: Stage, { accessToken }: TokenSet, index: number): Promise<void> {
  const { context } = stage.call({ token: accessToken.reveal() })
  const reached = (await listReached(stage.adapter, context)).map(({ externalId }) => externalId)
  assert.ok(reached.includes(stage.account(index).id), 'the token is of another account')
}

function keepTokens(stage: Stage, { accessToken, refreshToken }: TokenSet): void {
  stage.keepSecret(accessToken.reveal())
  if (refreshToken) stage.keepSecret(refreshToken.reveal())
}

function toAuthorizeUrl({ app, emulator }: Stage, oauth: PlatformOAuth): string {
  const [redirectUri = ''] = emulator.credentials().app.redirectUris
  return oauth.authorizeUrl({ app, redirectUri, state, codeChallenge: toChallenge(), scopes: oauth.scopes })
}

function toRedirectUri({ emulator }: Stage): string {
  const [redirectUri] = emulator.credentials().app.redirectUris
  assert.ok(redirectUri, 'the stand-in names no redirect URI')
  return redirectUri
}

function toChallenge(): string {
  return createHash('sha256').update(codeVerifier).digest('base64url')
}

function toContext({ app, clock }: Stage): OAuthContext {
  return { app, now: clock.now(), signal: new AbortController().signal }
}
