import type { AccountId } from '../model/ids.ts'
import type { Secret } from '../platform/secret.ts'
import type { SecretOwner, Vault } from '../secrets/vault.ts'
import type { SealedTokens } from './sealed-tokens.ts'

export interface TokenPair {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
}

/** Seals a pair for its account. */
export function sealTokens(
  vault: Vault,
  owner: SecretOwner & { readonly accountId: AccountId },
  pair: TokenPair,
): Promise<SealedTokens> {
  return sealTokensFor(vault, owner, owner.accountId, pair)
}

/** Seals a pair for the row that will hold it. */
export function sealTokensFor(
  vault: Vault,
  owner: SecretOwner,
  rowId: string,
  { accessToken, refreshToken }: TokenPair,
): Promise<SealedTokens> {
  return vault.seal(owner, rowId, (sealField) => ({
    accessBox: sealField('access', accessToken),
    refreshBox: refreshToken ? sealField('refresh', refreshToken) : null,
  }))
}

export function openAccessToken(
  vault: Vault,
  owner: SecretOwner & { readonly accountId: AccountId },
  { keyId, accessBox }: SealedTokens,
): Promise<Secret> {
  return vault.open(owner, { keyId, rowId: owner.accountId, field: 'access' }, accessBox)
}

/** Opens both; for refreshing and revoking only. */
export function openTokens(
  vault: Vault,
  owner: SecretOwner & { readonly accountId: AccountId },
  tokens: SealedTokens,
): Promise<TokenPair> {
  return openTokensOf(vault, owner, owner.accountId, tokens)
}

/** Opens both, of the row that holds them. */
export async function openTokensOf(
  vault: Vault,
  owner: SecretOwner,
  rowId: string,
  { keyId, accessBox, refreshBox }: SealedTokens,
): Promise<TokenPair> {
  const accessToken = await vault.open(owner, { keyId, rowId, field: 'access' }, accessBox)
  if (!refreshBox) return { accessToken }
  return { accessToken, refreshToken: await vault.open(owner, { keyId, rowId, field: 'refresh' }, refreshBox) }
}
