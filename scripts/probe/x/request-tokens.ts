import { toRecord, type XAnswer } from './call-x.ts'
import type { XProbeApi } from './probe-api.ts'

export interface Tokens {
  readonly answer: XAnswer
  readonly accessToken: string | undefined
  readonly refreshToken: string | undefined
}

/** Uses a refresh token up. What X issues is kept out of everything that is printed. */
export async function requestTokens(api: XProbeApi, token: string): Promise<Tokens> {
  const urlencoded = { grant_type: 'refresh_token', refresh_token: token }
  const answer = await api.call('POST', '/2/oauth2/token', { urlencoded, asClient: true })
  const { access_token: accessToken, refresh_token: refreshToken } = toRecord(answer.json)
  for (const secret of [accessToken, refreshToken]) if (typeof secret === 'string') api.hide(secret)
  return { answer, accessToken: toText(accessToken), refreshToken: toText(refreshToken) }
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
