import { connectInEmulator } from './connect-in-emulator.ts'
import type { QuickstartOptions, SamplePlatform } from './run-quickstart.ts'

interface ShownAccount {
  readonly id: string
  readonly username: string | null
  readonly connection: { readonly state: string }
}

const creator = 'ada'
const username = 'ada_demo'

/** Connects the creator through the same login that a real one walks through, unless she is connected. */
export async function connectAda(options: QuickstartOptions, platform: SamplePlatform): Promise<string> {
  const { api, printer } = options
  const known = await findAccount(options, platform)
  if (known?.connection.state !== 'active') {
    const { url } = await api.post<{ readonly url: string }>('/v1/accounts/connect', { creator, platform })
    await connectInEmulator(url, username)
  }
  const account = await findAccount(options, platform)
  if (account?.connection.state !== 'active') {
    throw new Error(`The login at ${platform} ended, but @${username} is not connected.`)
  }
  printer.line(`  ✓ creator ${creator} connected to ${platform} as @${account.username}`)
  return account.id
}

async function findAccount({ api }: QuickstartOptions, platform: SamplePlatform): Promise<ShownAccount | undefined> {
  const { items } = await api.get<{ readonly items: readonly ShownAccount[] }>(
    `/v1/accounts?creator=${creator}&platform=${platform}`,
  )
  return items.find((account) => account.username === username)
}
