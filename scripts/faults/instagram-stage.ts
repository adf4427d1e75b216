import { createMemoryFiles, type EmulatorFault } from '@ofm-social/core/testing'
import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { startInstagramEmulator } from '@ofm-social/platform-instagram/emulator'
import type { OpenSocial } from './fault-case.ts'
import { hostFiles } from './host-files.ts'
import type { InstagramPlatform } from './instagram-steps.ts'

/** For cases with a delay, in real time: the clock of the platform stands still while a call waits. */
const SHORT_TIMEOUT_MS = 3_000
const TRIES_MAX = 10

export interface InstagramStagePlan {
  readonly platform: InstagramPlatform
  readonly fault: EmulatorFault
  readonly listingLagMs?: number
}
export type InstagramStage = Awaited<ReturnType<typeof openStage>>

/** What a row of the table calls a fault. */
export function nameOf(fault: EmulatorFault): string {
  if (fault.kind === 'fail_processing') return fault.reason
  return 'effect' in fault && fault.effect !== undefined ? `${fault.kind}_${fault.effect}` : fault.kind
}

/** Calls that are given up early are, on a busy machine, also given up where nothing delays them. */
async function inTime<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if (tries === TRIES_MAX) throw error
    }
  }
}

/** An account of an app in front of the emulator, on a clock of their own. */
export async function openStage(open: OpenSocial, { platform, fault, listingLagMs = 0 }: InstagramStagePlan) {
  const clock = await open()
  const login = platform === 'instagram' ? 'instagram' : 'facebook'
  const emulator = await startInstagramEmulator({ now: () => clock.now().getTime(), login, listingLagMs })
  const hosted = await hostFiles(createMemoryFiles())
  const { app, accounts } = emulator.credentials()
  const timeouts =
    fault.kind === 'delay' ? { timeoutMs: SHORT_TIMEOUT_MS, uploadTimeoutMs: SHORT_TIMEOUT_MS } : undefined
  const options = { baseUrl: emulator.url, ...timeouts }
  const social = await open({
    adapters: [
      login === 'instagram'
        ? createInstagramAdapter({ login, ...options })
        : createInstagramAdapter({ login, ...options, videoUpload: 'resumable' }),
    ],
    apps: { [platform]: { clientId: app.clientId, clientSecret: app.clientSecret } },
    files: hosted.files,
  })
  const tokens = { accessToken: accounts[0]?.accessToken ?? '' }
  const account = await inTime(() => social.accounts.add({ creator: 'ada', platform, tokens }))
  const close = async (): Promise<void> => {
    await emulator.close()
    await hosted.close()
  }
  return { emulator, social, account, redirectUri: app.redirectUris[0] ?? '', close }
}
