import { createAccountAccess } from './accounts/account-access.ts'
import { createReadApp, type ReadApp } from './accounts/app-credentials.ts'
import { toAdapterMap } from './adapter-map.ts'
import { createReadFiles, type ReadFiles } from './assets/read-files.ts'
import { type Host, toIdSource } from './host.ts'
import { type CreateId, createIds } from './model/ids.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import type { AccountAccess } from './publishing/publishing-store.ts'
import { createKeyRing } from './secrets/key-ring.ts'
import { createVault, type Vault } from './secrets/vault.ts'
import type { SocialOptions } from './social.ts'
import { readPorts, type StorePorts } from './store-ports.ts'

/** What everything of one `createSocial` stands on: its options, its host and what they give. Does nothing by itself. */
export interface SocialBase {
  readonly host: Host
  readonly options: SocialOptions
  readonly log: NonNullable<SocialOptions['log']>
  readonly ports: StorePorts
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly createId: CreateId
  readonly vault: Vault
  readonly readApp: ReadApp
  readonly readFiles: ReadFiles
  readonly access: AccountAccess
}

/** @throws {SocialError} `secret_key_missing`, `misconfigured`. */
export function createSocialBase(host: Host, options: SocialOptions): SocialBase {
  const { randomBytes, monotonic, after, startTimeout } = host
  const log = options.log ?? (() => undefined)
  const keyRing = createKeyRing(options.secretKey, randomBytes)
  const ports = readPorts(options.store)
  const adapters = toAdapterMap(options)
  const createId = createIds(toIdSource(host))
  const vault = createVault({ keyStore: options.keyStore ?? ports.keys, keyRing, randomBytes, monotonicNow: monotonic })
  const readApp = createReadApp(options.apps)
  const readFiles = createReadFiles(options.files)
  const access = createAccountAccess({
    connections: ports.connections,
    store: ports.accounts,
    vault,
    adapters: options.adapters,
    readApp,
    tokenSource: options.tokenSource,
    random: () => (randomBytes(1)[0] ?? 0) / 256,
    monotonicNow: monotonic,
    startTimeout,
    wait: (ms) => new Promise((resolve) => void after(ms, resolve)),
    log,
  })
  return { host, options, log, ports, adapters, createId, vault, readApp, readFiles, access }
}
