import { scopes } from './scopes.ts'
import type {
  FacebookPage,
  FacebookUser,
  InstagramLogin,
  InstagramState,
  InstagramToken,
  InstagramUser,
} from './state.ts'
import type { InstagramSettings } from './switches.ts'

const hourMs = 3_600_000
/** Older than a day, so that it can be refreshed. */
const tokenAgeMs = 25 * hourMs

/**
 * Two accounts of each login and a person at Facebook who has three, with a long-lived token for each person; no media.
 * All secrets are obviously made up, and stable.
 */
export function seedState(settings: InstagramSettings, now: number): InstagramState {
  const users = [
    seedUser({ number: 1, username: 'ada_demo', name: 'Ada Demo', login: 'instagram' }),
    seedUser({ number: 2, username: 'bea_demo', name: 'Bea Demo', login: 'instagram' }),
    seedUser({ number: 3, username: 'cleo_demo', name: 'Cleo Demo', login: 'facebook' }),
    seedUser({ number: 4, username: 'dana_demo', name: 'Dana Demo', login: 'facebook' }),
    seedUser({ number: 5, username: 'eve_demo', name: 'Eve Demo', login: 'facebook' }),
    seedUser({ number: 6, username: 'eve_studio', name: 'Eve Studio', login: 'facebook' }),
    seedUser({ number: 7, username: 'eve_client', name: 'Client of Eve', login: 'facebook' }),
  ]
  const facebookUsers: FacebookUser[] = [
    { id: '122100000000000003', name: 'Cleo Person', businessId: '200000000000003' },
    { id: '122100000000000004', name: 'Dana Person', businessId: '200000000000004' },
    { id: '122100000000000005', name: 'Eve Person', businessId: '200000000000005' },
  ]
  return {
    lastSerial: 0,
    users,
    facebookUsers,
    pages: seedPages(),
    tokens: listOwners(users).map((owner) => seedToken(owner, settings, now)),
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

/** Of Eve's Pages one is a client's, which only the business lists. */
function seedPages(): FacebookPage[] {
  const [cleo, dana, eve] = ['122100000000000003', '122100000000000004', '122100000000000005'] as const
  return [
    { id: '100000000000003', name: 'Cleo Page', ownerId: cleo, accountId: '17841400000000003' },
    { id: '100000000000004', name: 'Dana Page', ownerId: dana, accountId: '17841400000000004' },
    { id: '100000000000005', name: 'Page without Instagram', ownerId: cleo, accountId: null },
    { id: '100000000000006', name: 'Eve Page', ownerId: eve, accountId: '17841400000000005' },
    { id: '100000000000007', name: 'Studio Page', ownerId: eve, accountId: '17841400000000006' },
    { id: '100000000000008', name: 'Eve Page without Instagram', ownerId: eve, accountId: null },
    {
      ...{ id: '100000000000009', name: 'Client Page', ownerId: eve, accountId: '17841400000000007' },
      throughBusiness: 'client_pages',
    },
  ]
}

interface TokenOwner {
  readonly id: string
  readonly login: InstagramLogin
  /** Stands in the token. */
  readonly username: string
}

/** Who has a token: an account itself, or the person at Facebook, whose token acts for all of theirs. */
function listOwners(users: readonly InstagramUser[]): readonly TokenOwner[] {
  const pages = seedPages()
  const owners = users.map(({ id, login, username }) => {
    const page = pages.find(({ accountId }) => accountId === id)
    return { id: page?.ownerId ?? id, login, username }
  })
  return owners.filter(({ id }, index) => owners.findIndex((other) => other.id === id) === index)
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

function seedToken(owner: TokenOwner, settings: InstagramSettings, now: number): InstagramToken {
  const isInstagram = owner.login === 'instagram'
  const issuedAt = now - tokenAgeMs
  return {
    token: `${isInstagram ? 'IGAA' : 'EAA'}emulated${owner.username.replace('_', '')}`,
    kind: isInstagram ? 'instagram_user' : 'facebook_user',
    ownerId: owner.id,
    pageId: null,
    scopes: settings.scopes.length > 0 ? settings.scopes : scopes[owner.login],
    life: 'long',
    issuedAt,
    expiresAt: issuedAt + settings.longTokenLifeMs,
    revoked: null,
  }
}
