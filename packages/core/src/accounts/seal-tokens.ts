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
  { accessToken, refreshToken }: TokenPair,
): Promise<SealedTokens> {
  return vault.seal(owner, owner.accountId, (sealField) => ({
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
export async function openTokens(
  vault: Vault,
  owner: SecretOwner & { readonly accountId: AccountId },
  tokens: SealedTokens,
): Promise<TokenPair> {
  const { keyId, refreshBox } = tokens
  const accessToken = await openAccessToken(vault, owner, tokens)
  if (!refreshBox) return { accessToken }
  const place = { keyId, rowId: owner.accountId, field: 'refresh' }
  return { accessToken, refreshToken: await vault.open(owner, place, refreshBox) }
}
