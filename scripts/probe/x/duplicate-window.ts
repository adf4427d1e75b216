import type { Probe } from '../probe-definition.ts'
import { clientId, refreshToken, wait } from './needs.ts'
import { isDuplicate, notAsked, toDetail, unclear, withId } from './observe.ts'
import { post, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'
import { requestTokens } from './request-tokens.ts'

/** X's access tokens live for two hours. */
const tokenLifeHours = 1.9
const needsRefreshToken = notAsked(
  `A wait of more than ${tokenLifeHours} h outlives an access token: needs ${refreshToken.what} (${refreshToken.variable}), and ${clientId.what} (${clientId.variable}).`,
)

export const duplicateWindow: Probe<XProbeApi> = {
  name: 'duplicate-window',
  question: 'Is a text still refused as a duplicate after --wait hours?',
  knob: 'duplicateWindowMs',
  assumed: 'fits 24 h',
  needs: [wait],
  requests: [post, post, remove, remove],
  async run(api) {
    const hours = Number(api.given[wait.key])
    const outlives = hours > tokenLifeHours
    if (outlives && !(api.given[refreshToken.key] && api.given[clientId.key])) return needsRefreshToken
    const text = api.uniqueText()
    await withId(api.post(text))
    await api.sleep(hours * 3_600_000)
    if (outlives) await renewToken(api)
    const again = await api.post(text)
    if (!again.id && !isDuplicate(again)) return unclear(again)
    const detail = `After ${hours} h: ${toDetail(again)}`
    if ((again.id !== undefined) === hours >= 24) return { value: 'fits 24 h', detail }
    return { value: again.id ? `less than ${hours} h` : `more than ${hours} h`, detail }
  },
}

async function renewToken(api: XProbeApi): Promise<void> {
  const { accessToken, answer } = await requestTokens(api, api.given[refreshToken.key] ?? '')
  if (accessToken === undefined) throw new Error(`No new token: ${toDetail(answer)}`)
  api.replaceToken(accessToken)
}
