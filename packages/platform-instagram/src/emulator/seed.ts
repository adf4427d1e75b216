import { scopes } from './scopes.ts'
import type { FacebookUser, InstagramState, InstagramToken, InstagramUser } from './state.ts'
import type { InstagramSettings } from './switches.ts'

const hourMs = 3_600_000
/** Older than a day, so that it can be refreshed. */
const tokenAgeMs = 25 * hourMs

/** Two accounts of each login, with a long-lived token each; no media. All secrets are obviously made up, and stable. */
export function seedState(settings: InstagramSettings, now: number): InstagramState {
  const users = [
    seedUser({ number: 1, username: 'ada_demo', name: 'Ada Demo', login: 'instagram' }),
    seedUser({ number: 2, username: 'bea_demo', name: 'Bea Demo', login: 'instagram' }),
    seedUser({ number: 3, username: 'cleo_demo', name: 'Cleo Demo', login: 'facebook' }),
    seedUser({ number: 4, username: 'dana_demo', name: 'Dana Demo', login: 'facebook' }),
  ]
  const facebookUsers: FacebookUser[] = [
    { id: '122100000000000003', name: 'Cleo Person', businessId: '200000000000003' },
    { id: '122100000000000004', name: 'Dana Person', businessId: '200000000000004' },
  ]
  return {
    lastSerial: 0,
    users,
    facebookUsers,
    pages: [
      { id: '100000000000003', name: 'Cleo Page', ownerId: '122100000000000003', accountId: '17841400000000003' },
      { id: '100000000000004', name: 'Dana Page', ownerId: '122100000000000004', accountId: '17841400000000004' },
      { id: '100000000000005', name: 'Page without Instagram', ownerId: '122100000000000003', accountId: null },
    ],
    tokens: users.map((user) => seedToken(user, settings, now)),
    codes: [],
    containers: [],
    media: [],
    comments: [],
    appSubscriptions: [],
    accountSubscriptions: [],
    deliveries: [],
    calls: {},
  }
}

function seedUser({
  number,
  ...given
}: { readonly number: number } & Pick<InstagramUser, 'username' | 'name' | 'login'>): InstagramUser {
  const last = String(number).padStart(2, '0')
  return {
    ...given,
    id: `178414000000000${last}`,
    scopedId: `271000000000000${last}`,
    accountType: 'BUSINESS',
    metrics: null,
  }
}

function seedToken(user: InstagramUser, settings: InstagramSettings, now: number): InstagramToken {
  const isInstagram = user.login === 'instagram'
  const issuedAt = now - tokenAgeMs
  return {
    token: `${isInstagram ? 'IGAA' : 'EAA'}emulated${user.username.replace('_', '')}`,
    kind: isInstagram ? 'instagram_user' : 'facebook_user',
    ownerId: isInstagram ? user.id : `1221000000000000${user.id.slice(-2)}`,
    pageId: null,
    scopes: settings.scopes.length > 0 ? settings.scopes : scopes[user.login],
    life: 'long',
    issuedAt,
    expiresAt: issuedAt + settings.longTokenLifeMs,
    revoked: null,
  }
}
