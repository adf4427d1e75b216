import * as z from 'zod'
import { createResolveCreator, creatorField } from '../creators/resolve-creator.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import { Secret } from '../platform/secret.ts'
import type { Account, TokenInput } from './accounts.ts'
import { type AccountsDependencies, findAdapter } from './accounts-dependencies.ts'
import { pickProfile, readProfiles } from './read-profiles.ts'
import { type AccountToSave, saveAccount } from './save-account.ts'

const addFields = once(() =>
  z.strictObject({
    creator: creatorField(),
    platform: z.string().min(1),
    tokens: z
      .strictObject({
        accessToken: z.string().min(1),
        refreshToken: z.string().min(1).optional(),
        expiresAt: z.date().optional(),
        scopes: z.array(z.string()).optional(),
      })
      .optional(),
    externalId: z.string().min(1).max(200).optional(),
    username: z.string().min(1).max(200).optional(),
  }),
)

/** Either tokens, or an external id where the host brings tokens. */
function addInput(tokensFrom: AccountsDependencies['tokensFrom']) {
  return addFields().transform(({ tokens, externalId, username, ...input }, context) => {
    const refuse = (path: string, code: string, message: string) =>
      context.issues.push({ code: 'custom', input, path: [path], message, params: { code } })
    if (tokens) {
      const message = 'username comes from the platform when tokens are given.'
      if (username !== undefined) refuse('username', 'not_allowed', message)
      return { ...input, source: { tokens, externalId } }
    }
    if (externalId !== undefined && tokensFrom === 'host') return { ...input, source: { externalId, username } }
    const why = tokensFrom === 'host' ? 'give them, or externalId' : 'externalId alone needs the option tokenSource'
    refuse('tokens', 'missing', `tokens are missing: ${why}.`)
    return z.NEVER
  })
}

/** Adds an account, or connects a known one again. */
export async function addAccount(dependencies: AccountsDependencies, input: unknown): Promise<Account> {
  const { platform, creator, source } = parseInput(addInput(dependencies.tokensFrom), input)
  const { adapters, creators, createId, readApp } = dependencies
  const adapter = findAdapter(adapters, platform)
  const agencyId = await dependencies.readAgencyId()
  const owner = await createResolveCreator({ store: creators, createId })(agencyId, creator, { create: true })
  const app = await readApp({ agencyId, creatorId: owner.id, platform })
  const account = { agencyId, creator: owner, adapter, appKey: app?.clientId ?? null }
  if (!source.tokens) {
    const profile = { externalId: source.externalId, username: source.username ?? null }
    return saveAccount(dependencies, { ...account, profile, ...withoutTokens })
  }
  const { tokens, ...facts } = toTokens(source.tokens, adapter.oauth?.scopes ?? [])
  const profiles = await readProfiles(dependencies, { ...account, app: app ?? { clientId: '' }, tokens })
  const profile = pickProfile(profiles, source.externalId)
  return saveAccount(dependencies, { ...account, profile, tokens, ...facts })
}

const withoutTokens = { tokens: null, expiresAt: null, scopes: [], missingScopes: [] }

function toTokens(input: TokenInput, wantedScopes: readonly string[]) {
  const { accessToken, refreshToken, expiresAt, scopes } = input
  return {
    tokens: {
      accessToken: new Secret(accessToken),
      refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
    },
    expiresAt: expiresAt?.getTime() ?? null,
    scopes: scopes ?? [],
    // Which scopes a token has is not known unless the caller says so.
    missingScopes: scopes ? wantedScopes.filter((scope) => !scopes.includes(scope)) : [],
  } satisfies Partial<AccountToSave>
}
