import { connectInEmulator } from './connect-in-emulator.ts'
import type { QuickstartOptions } from './run-quickstart.ts'

interface ShownAccount {
  readonly id: string
  readonly username: string | null
  readonly connection: { readonly state: string }
}

const creator = 'ada'
const username = 'ada_demo'

/** Connects the creator through the same login that a real one walks through, unless she is connected. */
export async function connectAda(options: QuickstartOptions): Promise<string> {
  const { api, printer } = options
  const known = await findAccount(options)
  if (known?.connection.state !== 'active') {
    const { url } = await api.post<{ readonly url: string }>('/v1/accounts/connect', { creator, platform: 'x' })
    await connectInEmulator(url, username)
  }
  const account = await findAccount(options)
  if (account?.connection.state !== 'active') throw new Error(`The login ended, but @${username} is not connected.`)
  printer.line(`  ✓ creator ${creator} connected to x as @${account.username}`)
  return account.id
}

async function findAccount({ api }: QuickstartOptions): Promise<ShownAccount | undefined> {
  const { items } = await api.get<{ readonly items: readonly ShownAccount[] }>(
    `/v1/accounts?creator=${creator}&platform=x`,
  )
  return items.find((account) => account.username === username)
}
