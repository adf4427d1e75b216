/** Logs an account in as a person would: opens the platform's page, presses the account's button, follows the redirect back to us. */
export async function connectInEmulator(authorizeUrl: string, username: string): Promise<void> {
  const back = await fetch(await pressLoginButton(authorizeUrl, username), { redirect: 'manual' })
  if (back.status >= 400) throw new Error(`The login came back, and the callback answered ${back.status}.`)
}

/** Answers where the platform sends the browser, with code and state. */
export async function pressLoginButton(authorizeUrl: string, username: string): Promise<string> {
  const page = await fetch(authorizeUrl)
  const form = findForm(await page.text(), username)
  if (!form) throw new Error(`The login page of the emulator has no button for ${username} (status ${page.status}).`)
  const target = new URL(form.action, authorizeUrl)
  const submitted = await fetch(target, { method: 'POST', body: form.fields, redirect: 'manual' })
  const location = submitted.headers.get('location')
  if (!location) throw new Error(`The emulator did not lead back after the login (status ${submitted.status}).`)
  return location
}

interface LoginForm {
  readonly action: string
  readonly fields: URLSearchParams
}

/** The form with the button that names the account, as a browser would send it after a press on that button. */
function findForm(html: string, username: string): LoginForm | undefined {
  for (const [whole, attributes = '', inner = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/gi)) {
    if (!whole.includes(username)) continue
    const hidden = [...inner.matchAll(/<input([^>]*)>/gi)].map(([, tag = '']) => tag)
    const buttons = [...inner.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/gi)]
    const pressed = buttons.find(([, , label = '']) => label.includes(username))?.[1] ?? ''
    const fields = new URLSearchParams()
    for (const tag of [...hidden, pressed]) {
      const name = readAttribute(tag, 'name')
      if (name) fields.append(name, readAttribute(tag, 'value') ?? '')
    }
    return { action: readAttribute(attributes, 'action') ?? '', fields }
  }
  return undefined
}

function readAttribute(tag: string, name: string): string | undefined {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value?.replace(/&(amp|lt|gt|quot|#39);/g, (whole, entity: string) => entities[entity] ?? whole)
}
