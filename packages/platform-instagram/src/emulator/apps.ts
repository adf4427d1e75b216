import type { InstagramLogin } from './state.ts'

/** An app of the developer. Instagram Login has an id and a secret of its own. */
export interface EmulatedApp {
  readonly login: InstagramLogin
  readonly id: string
  readonly secret: string
}

/** https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login */
export const apps: Readonly<Record<InstagramLogin, EmulatedApp>> = {
  facebook: { login: 'facebook', id: '1100000000000001', secret: 'emulated-meta-app-secret' },
  instagram: { login: 'instagram', id: '1200000000000002', secret: 'emulated-instagram-app-secret' },
}

/** The app whose token `<id>|<secret>` this is. */
export function findAppByToken(token: string): EmulatedApp | undefined {
  return Object.values(apps).find(({ id, secret }) => token === `${id}|${secret}`)
}
