import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { AppCredentials } from '../platform/call-context.ts'
import { Secret } from '../platform/secret.ts'
import type { AppInput, SocialOptions } from '../social.ts'
import { SocialError } from '../social-error.ts'

/** For whom an app speaks. */
export interface AppOwner {
  readonly agencyId: AgencyId
  /** Null for a webhook, which speaks of the app and of no creator. */
  readonly creatorId: CreatorId | null
  readonly platform: string
}

/** Reads the credentials of the platform's app; null where the host configured none. */
export type ReadApp = (owner: AppOwner) => Promise<AppCredentials | null>

const secretName = /secret|key|token/i

/**
 * Resolves the option `apps`, a record or a function, and wraps every text whose name speaks of a secret, key or token.
 *
 * @returns A function that throws `SocialError` `misconfigured` for an app without a client id.
 */
export function createReadApp(apps: SocialOptions['apps'] = {}): ReadApp {
  return async ({ platform, creatorId, agencyId }) => {
    const app: AppInput | undefined =
      typeof apps === 'function' ? await apps({ platform, creatorId, agencyId }) : ownValue(apps, platform)
    if (!app) return null
    const { clientId, clientSecret, ...others } = app
    if (typeof clientId !== 'string' || clientId === '') {
      throw new SocialError('misconfigured', `The app of ${platform} has no clientId (option apps).`)
    }
    const wrapped = wrapSecrets(others)
    return clientSecret ? { ...wrapped, clientId, clientSecret: new Secret(clientSecret) } : { ...wrapped, clientId }
  }
}

function ownValue(apps: Readonly<Record<string, AppInput>>, platform: string): AppInput | undefined {
  return Object.hasOwn(apps, platform) ? apps[platform] : undefined
}

function wrapSecrets(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      if (typeof value === 'string') return [name, secretName.test(name) ? new Secret(value) : value]
      return [name, isPlainObject(value) ? wrapSecrets(value) : value]
    }),
  )
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
