import { mintId } from './ids.ts'
import { createLedger } from './ledger.ts'
import type { XApp, XGrant, XState, XUser } from './state.ts'
import type { XSettings } from './switches.ts'

const people = [
  { id: '1580000000000000001', username: 'ada_demo', name: 'Ada Demo' },
  { id: '1580000000000000002', username: 'bea_demo', name: 'Bea Demo' },
]

/** The state after start and reset: one app, two accounts that have granted it access, no posts. All secrets are obviously made up, and stable. */
export function seedState(settings: XSettings, now: number): XState {
  const users = people.map(({ id, username, name }): XUser => {
    const oauth1 = {
      accessToken: `${id}-emulated-${username}`,
      accessSecret: `emulated-oauth1-secret-${username}`,
      access: 'read-write',
    } as const
    return { id, username, name, createdAt: now, oauth1, oauth1Revoked: false }
  })
  const state: XState = {
    lastId: '0',
    app: seedApp(settings),
    users,
    grants: users.map((user) => seedGrant(settings, user, now)),
    codes: [],
    requestTokens: [],
    media: [],
    posts: [],
    reposts: [],
    likes: [],
    follows: [],
    webhooks: [],
    subscriptions: [],
    deliveries: [],
    events: [],
    ledger: createLedger(),
    windows: {},
  }
  mintId(state, now)
  return state
}

function seedApp({ redirectUris }: XSettings): XApp {
  return {
    id: '29820954',
    clientId: 'emulated-x-client-id',
    clientSecret: 'emulated-x-client-secret',
    redirectUris,
    apiKey: 'emulated-x-api-key',
    apiSecret: 'emulated-x-api-secret',
    bearerToken: 'emulated-x-app-bearer-token',
    billingAccountId: '1456012973835788293',
  }
}

function seedGrant(settings: XSettings, { id, username }: XUser, now: number): XGrant {
  return {
    userId: id,
    scopes: settings.scopes,
    accessToken: `emulated-x-access-token-${username}`,
    accessExpiresAt: now + settings.accessTokenLifeMs,
    refreshToken: settings.scopes.includes('offline.access') ? `emulated-x-refresh-token-${username}` : null,
    refreshExpiresAt: now + settings.refreshTokenLifeMs,
    usedRefreshTokens: [],
    revoked: false,
    isExchanged: false,
  }
}
