import assert from 'node:assert/strict'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { catchPlatformError, endInTime } from './expect.ts'
import { listReached } from './list-reached.ts'
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
    {
      name: 'publishes on each account that one login reaches, and only there',
      run: async () => {
        assert.ok(name, 'validPosts needs a part of kind post')
        await onStage(options, (stage) => publishOnReached(stage, options, name))
      },
    },
  ]
}

async function readAccounts({ adapter, ...stage }: Stage): Promise<void> {
  if (!adapter.readAccount && !adapter.listAccounts) return
  for (const index of [0, 1, 0]) {
    const profiles = await listReached(adapter, stage.call({ account: index }).context)
    const { id, username } = stage.account(index)
    const profile = profiles.find(({ externalId }) => externalId === id)
    const others = profiles.map((other) => other.username).join(', ')
    assert.ok(profile, `the token of ${username} is taken for one of ${others}`)
    assert.equal(profile.username, username)
    assert.equal(new Set(profiles.map(({ externalId }) => externalId)).size, profiles.length, 'an account comes twice')
    for (const { url } of profiles) assert.ok(url === undefined || URL.canParse(url), `url is ${url}`)
  }
}

async function readWithoutToken({ adapter, ...stage }: Stage): Promise<void> {
  const name = adapter.listAccounts ? 'listAccounts' : 'readAccount'
  if (!adapter[name]) return
  const { context } = stage.call({ token: 'never-issued-by-the-platform' })
  await catchPlatformError(name, ['token_expired', 'reconnect'], () => listReached(adapter, context))
}

/** The token is the same for all of them: which account is meant is in the context alone. */
async function publishOnReached(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  if (!stage.adapter.listAccounts) return
  const account = findShared(stage)
  for (const { externalId, username } of await stage.adapter.listAccounts(stage.call({ account }).context)) {
    const call: Stage['call'] = (callOptions) => {
      const { context, ...rest } = stage.call({ ...callOptions, account })
      return { ...rest, context: { ...context, account: { externalId, username } } }
    }
    const { newPosts } = await endInTime('publish', publishFully({ ...stage, call }, options, name))
    assert.ok(newPosts.length > 0, `nothing appears on ${username}`)
    for (const post of newPosts) assert.equal(post.accountId, externalId, `appears on another account than ${username}`)
  }
}

/** The first account whose token is another's too; without one, the first. */
function findShared({ emulator }: Stage): number {
  const { accounts } = emulator.credentials()
  const tokens = accounts.map(({ accessToken }) => accessToken)
  return Math.max(
    tokens.findIndex((token) => tokens.indexOf(token) !== tokens.lastIndexOf(token)),
    0,
  )
}

async function publishOnBoth(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  for (const index of [0, 1]) {
    const { newPosts } = await endInTime('publish', publishFully(stage, options, name, index))
    for (const post of newPosts) assert.equal(post.accountId, stage.account(index).id, 'appears on another account')
  }
}
