/** Logs an account in as a person would: opens the platform's page, presses the account's button, follows the redirect back to us. */
export async function connectInEmulator(options: {
  readonly authorizeUrl: string
  readonly emulatorUrl: string
  readonly username: string
}): Promise<void> {
  const page = await fetch(options.authorizeUrl)
  const html = await page.text()
  const form = findForm(html, options.username)
  if (!form)
    throw new Error(`The login page of the emulator has no button for ${options.username} (status ${page.status}).`)
  const submitted = await fetch(new URL(form.action, options.authorizeUrl), {
    method: form.method,
    body: form.method === 'POST' ? form.fields : null,
    redirect: 'manual',
  })
  const location = submitted.headers.get('location')
  if (!location) throw new Error(`The emulator did not lead back after the login (status ${submitted.status}).`)
  const back = await fetch(location, { redirect: 'manual' })
  if (back.status >= 400)
    throw new Error(
      `The login came back, and the callback answered ${back.status}: ${(await back.text()).slice(0, 300)}`,
    )
}

interface Form {
  readonly action: string
  readonly method: 'GET' | 'POST'
  readonly fields: URLSearchParams
}

/** The form with the button that names the account, with its hidden fields. */
function findForm(html: string, username: string): Form | undefined {
  for (const [whole, attributes = '', inner = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/gi)) {
    if (!whole.includes(username)) continue
    const fields = new URLSearchParams()
    for (const [tag] of inner.matchAll(/<input[^>]*>/gi)) {
      const name = readAttribute(tag, 'name')
      if (name && readAttribute(tag, 'type') !== 'submit') fields.append(name, readAttribute(tag, 'value') ?? '')
    }
    for (const [tag, opening = '', label = ''] of inner.matchAll(/(<button[^>]*>)([\s\S]*?)<\/button>/gi)) {
      const name = readAttribute(opening, 'name')
      if (name && (label.includes(username) || tag.includes(username)))
        fields.append(name, readAttribute(opening, 'value') ?? '')
    }
    const method = readAttribute(attributes, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET'
    return { action: readAttribute(attributes, 'action') ?? '', method, fields }
  }
  return undefined
}

function readAttribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
