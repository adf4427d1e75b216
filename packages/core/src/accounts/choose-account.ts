import { findCreator } from '../creators/resolve-creator.ts'
import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { AccountProfile } from '../platform/platform-adapter.ts'
import type { Account, AccountCandidate, CompletedLogin } from './accounts.ts'
import { type AccountsDependencies, findAdapter } from './accounts-dependencies.ts'
import { leadBack } from './lead-back.ts'
import { createLoginState, loginStateLifeMs, parseLoginState, toStateUnknown } from './login-state.ts'
import { pickProfile } from './read-profiles.ts'
import { type AccountToSave, saveAccount, toAccountTaken } from './save-account.ts'
import { openTokensOf, sealTokensFor, type TokenPair } from './seal-tokens.ts'

/** A login that reached several accounts. */
export interface LoginToChoose extends Omit<AccountToSave, 'profile' | 'appKey' | 'tokens'> {
  readonly profiles: readonly AccountProfile[]
  readonly appKey: string
  readonly tokens: TokenPair
  readonly returnTo: string | null
}

/** Keeps the tokens, sealed, until a person has chosen. Nothing is connected. */
export async function offerChoice(
  dependencies: AccountsDependencies,
  login: LoginToChoose,
): Promise<CompletedLogin & { readonly status: 'choose_account' }> {
  const { vault, randomBytes, loginChoices } = dependencies
  const { agencyId, creator, adapter, profiles, appKey, scopes, returnTo } = login
  const { state, hash } = createLoginState(agencyId, randomBytes)
  const tokens = await sealTokensFor(vault, { agencyId, creatorId: creator.id }, hash, login.tokens)
  const { platform } = adapter
  const choice = { hash, creatorId: creator.id, platform, appKey, profiles, scopes, tokens, returnTo }
  const expiresAt = await loginChoices.add(agencyId, { ...choice, tokensExpireAt: login.expiresAt }, loginStateLifeMs)
  const known = await readKnown(dependencies, agencyId, { platform, profiles })
  const candidates = profiles.map((profile) => toCandidate(profile, known, creator.id))
  return { status: 'choose_account', state, expiresAt, candidates, returnTo }
}

/** Connects the chosen account. The state is used up only by an answer that names an account which the creator may have. */
export async function chooseAccount(
  dependencies: AccountsDependencies,
  { state, externalId }: { readonly state: string; readonly externalId: string },
): Promise<CompletedLogin & { readonly status: 'connected' }> {
  const { adapters, creators, loginChoices, vault } = dependencies
  const { agencyId, hash } = parseLoginState(state)
  const choice = await loginChoices.read(agencyId, hash)
  if (!choice) throw toStateUnknown()
  const { creatorId, platform, appKey, scopes, tokensExpireAt: expiresAt, returnTo } = choice
  const profile = pickProfile(choice.profiles, externalId)
  const adapter = findAdapter(adapters, platform)
  const known = await readKnown(dependencies, agencyId, { platform, profiles: [profile] })
  if (toStanding(profile, known, creatorId) === 'taken') throw toAccountTaken(adapter, profile)
  const creator = await findCreator(creators, agencyId, creatorId)
  const tokens = await openTokensOf(vault, { agencyId, creatorId }, hash, choice.tokens)
  if (!creator || !(await loginChoices.take(agencyId, hash))) throw toStateUnknown()
  const missingScopes = (adapter.oauth?.scopes ?? []).filter((scope) => !scopes.includes(scope))
  const granted = { appKey, tokens, expiresAt, scopes, missingScopes }
  const chosen = { agencyId, creator, adapter, profile, ...granted }
  const account = await leadBack(returnTo, () => saveAccount(dependencies, chosen))
  return { status: 'connected', account, returnTo, missingScopes }
}

function readKnown(
  { store }: AccountsDependencies,
  agencyId: AgencyId,
  { platform, profiles }: { readonly platform: string; readonly profiles: readonly AccountProfile[] },
): Promise<readonly Account[]> {
  return store.listByExternalIds(agencyId, { platform, externalIds: profiles.map(({ externalId }) => externalId) })
}

function toCandidate(profile: AccountProfile, known: readonly Account[], creatorId: CreatorId): AccountCandidate {
  const { externalId, username, name = null, url = null } = profile
  return { externalId, username, name, url, standing: toStanding(profile, known, creatorId) }
}

function toStanding(
  { externalId }: AccountProfile,
  known: readonly Account[],
  creatorId: CreatorId,
): AccountCandidate['standing'] {
  const account = known.find((one) => one.externalId === externalId)
  if (!account) return 'new'
  return account.creatorId === creatorId ? 'known' : 'taken'
}
