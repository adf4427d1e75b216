import type { AccountCandidate, CompletedLogin } from '@ofm-social/core'
import { escapeHtml, renderHtml } from './page.ts'

type Choice = Extract<CompletedLogin, { status: 'choose_account' }>

const standings: Readonly<Record<AccountCandidate['standing'], string>> = {
  new: '',
  known: 'connected already; choosing it connects it again',
  taken: 'belongs to another creator',
}

/** A page where a person chooses one of the accounts that a login reached. Each button sends state and account back to the page's own address. */
export function renderChoice({ state, candidates }: Choice): string {
  const hidden = `<input type="hidden" name="state" value="${escapeHtml(state)}">`
  const intro =
    '<p>This login reaches several accounts. Which one shall be connected? The page is good for ten minutes.</p>'
  return renderHtml(
    'Choose an account',
    `${intro}\n<form method="get">${hidden}\n${candidates.map(toButton).join('\n')}\n</form>`,
  )
}

function toButton({ externalId, username, name, standing }: AccountCandidate): string {
  const disabled = standing === 'taken' ? ' disabled' : ''
  const facts = [name, standings[standing]].filter((fact) => fact !== null && fact !== '').join(', ')
  const button = `<button name="externalId" value="${escapeHtml(externalId)}"${disabled}>@${escapeHtml(username)}</button>`
  return `<p>${button} ${escapeHtml(facts)}</p>`
}
