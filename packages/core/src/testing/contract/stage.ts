import assert from 'node:assert/strict'
import type { AppCredentials } from '../../platform/call-context.ts'
import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import { Secret } from '../../platform/secret.ts'
import type { EmulatedCredentials, EmulatedPost } from '../emulator/emulator-definition.ts'
import type { Emulator, RecordedRequest } from '../emulator/start-emulator.ts'
import { createFixedClock, type FixedClock } from '../fixed-clock.ts'
import type { PlatformContractOptions } from '../platform-contract.ts'
import { createTestCall, type TestCall, type TestCallOptions } from '../test-call.ts'
import { createAssetHost } from './asset-host.ts'
import { findLeak } from './find-leak.ts'
import { watchMembers } from './watch-members.ts'

/** One adapter in front of one stand-in, with a clock of their own: what a case plays on. */
export interface Stage {
  readonly adapter: PlatformAdapter
  readonly emulator: Emulator
  readonly clock: FixedClock
  readonly app: AppCredentials
  account(index: number): EmulatedCredentials['accounts'][number]
  /** A context for one call; `account` says whose, default the first. */
  call(options?: CallOptions): TestCall
  livePosts(): readonly EmulatedPost[]
  /** Requests that could have changed something, by their method. */
  writes(): readonly RecordedRequest[]
  /** From now on this must not be seen in any answer, error or checkpoint. */
  keepSecret(value: string): void
}

export type CallOptions = Omit<TestCallOptions<unknown>, 'app' | 'now' | 'publicUrl'> & { readonly account?: number }

const reading = ['GET', 'HEAD', 'OPTIONS']

/** Runs a case on a new stage, closes it, and fails when anything that the adapter answered, threw or saved holds a secret. */
export async function onStage(options: PlatformContractOptions, play: (stage: Stage) => Promise<void>): Promise<void> {
  const clock = createFixedClock()
  const emulator = await options.createStandIn({ now: clock.now })
  const host = createAssetHost()
  try {
    const seen: { member: string; value: unknown }[] = []
    const note = (member: string, value: unknown) => void seen.push({ member, value })
    const credentials = emulator.credentials()
    const secrets = new Set(listSecrets(credentials))
    const app = toApp(credentials)
    const account = (index: number) => toAccount(emulator.credentials(), index)
    await play({
      adapter: watchMembers(options.createAdapter(emulator.url), note),
      emulator,
      clock,
      app,
      account,
      call: ({ account: index = 0, ...callOptions } = {}) =>
        createTestCall({
          token: account(index).accessToken,
          ...callOptions,
          app,
          now: clock.now(),
          publicUrl: host.publicUrl,
          onSave(checkpoint) {
            note('save', checkpoint)
            callOptions.onSave?.(checkpoint)
          },
        }),
      livePosts: () => emulator.posts().filter(({ removedAt }) => removedAt === null),
      writes: () => emulator.requests().filter(({ method }) => !reading.includes(method)),
      keepSecret: (value) => void secrets.add(value),
    })
    for (const { member, value } of seen) {
      assert.ok(!findLeak(value, secrets), `${member} shows a token, code or secret of the account or the app`)
    }
  } finally {
    await host.close()
    await emulator.close()
  }
}

function toAccount({ accounts }: EmulatedCredentials, index: number): EmulatedCredentials['accounts'][number] {
  const account = accounts[index]
  assert.ok(account, `the stand-in needs at least two accounts; it has ${accounts.length}`)
  return account
}

function toApp({ app }: EmulatedCredentials): AppCredentials {
  const { redirectUris: _, clientId, clientSecret, ...others } = app
  const members = Object.entries(others).map(([name, value]) => [
    name,
    isSecretName(name) ? new Secret(String(value)) : value,
  ])
  return { ...Object.fromEntries(members), clientId, clientSecret: new Secret(clientSecret) }
}

function listSecrets({ app, accounts }: EmulatedCredentials): string[] {
  const ofApp = Object.entries(app).filter(([name]) => isSecretName(name))
  const all = [...ofApp.map(([, value]) => value), ...accounts.flatMap((one) => [one.accessToken, one.refreshToken])]
  return all.filter((value) => typeof value === 'string').filter((value) => value.length >= 4)
}

function isSecretName(name: string): boolean {
  return /secret/i.test(name)
}
