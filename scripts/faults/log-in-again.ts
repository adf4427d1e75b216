import type { Social } from '@ofm-social/core'

/** Does what a creator does who is asked to connect an account again: presses its button on the emulator's consent page. */
export async function logInAgain(
  social: Pick<Social, 'accounts'>,
  who: {
    readonly creator: string
    readonly platform: string
    readonly externalId: string
    readonly redirectUri: string
  },
): Promise<void> {
  const { externalId, ...begin } = who
  const { url } = await social.accounts.connect.begin(begin)
  const page = new URL(url)
  const form = new URLSearchParams(page.search)
  form.set('account', externalId)
  page.search = ''
  const answer = await fetch(page, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  await social.accounts.connect.complete({
    state: back.searchParams.get('state') ?? '',
    code: back.searchParams.get('code') ?? '',
  })
}
