import assert from 'node:assert/strict'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchPlatformError, endInTime } from './expect.ts'
import { publishFully } from './play.ts'
import { onStage, type Stage } from './stage.ts'

/** Whose token it is, and that two accounts are never mixed up. */
export function accountCases(options: PlatformContractOptions): readonly ContractCase[] {
  const name = Object.keys(options.validPosts).find((candidate) => options.validPosts[candidate]?.kind === 'post')
  return [
    { name: 'says whose token it is', run: () => onStage(options, readAccounts) },
    { name: 'says when a token is no longer taken', run: () => onStage(options, readWithoutToken) },
    {
      name: 'keeps two accounts apart',
      run: async () => {
        assert.ok(name, 'validPosts needs a part of kind post')
        await onStage(options, (stage) => publishOnBoth(stage, options, name))
      },
    },
  ]
}

async function readAccounts(stage: Stage): Promise<void> {
  if (!stage.adapter.readAccount) return
  for (const index of [0, 1, 0]) {
    const profile = await stage.adapter.readAccount(stage.call({ account: index }).context)
    const { id, username } = stage.account(index)
    assert.equal(profile.externalId, id, `the token of ${username} is taken for one of ${profile.username}`)
    assert.equal(profile.username, username)
    if (profile.url !== undefined) assert.ok(URL.canParse(profile.url), `url is ${profile.url}`)
  }
}

async function readWithoutToken(stage: Stage): Promise<void> {
  const { readAccount } = stage.adapter
  if (!readAccount) return
  const { context } = stage.call({ token: 'never-issued-by-the-platform' })
  await catchPlatformError('readAccount', ['token_expired', 'reconnect'], () => readAccount(context))
}

async function publishOnBoth(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  for (const index of [0, 1]) {
    const { newPosts } = await endInTime('publish', publishFully(stage, options, name, index))
    for (const post of newPosts) assert.equal(post.accountId, stage.account(index).id, 'appears on another account')
  }
}
