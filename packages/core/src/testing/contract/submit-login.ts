import assert from 'node:assert/strict'

interface LoginChoice {
  readonly method: string
  readonly action: string
  readonly fields: URLSearchParams
  readonly label: string
}

const hopsMax = 5

/**
 * Does what a person does on the login page of a stand-in: presses the button of an account, and comes back.
 *
 * @param username Part of the text or value of the button to press.
 * @returns The URL that the platform sends the browser to, with code and state.
 */
export async function submitLogin(authorizeUrl: string, redirectUri: string, username: string): Promise<URL> {
  const page = await fetch(authorizeUrl, { redirect: 'manual' })
  assert.equal(page.status, 200, `the login page answered ${page.status}`)
  const choice = parseChoices(await page.text()).find(({ label }) => label.includes(username))
  assert.ok(choice, `the login page has no button for ${username}`)
  const isPost = choice.method === 'POST'
  const target = new URL(choice.action, authorizeUrl)
  if (!isPost) target.search = choice.fields.toString()
  let answer = await fetch(target, {
    method: choice.method,
    redirect: 'manual',
    ...(isPost ? { body: choice.fields } : {}),
  })
  let from = target
  for (let hop = 0; hop < hopsMax; hop += 1) {
    const location = answer.headers.get('location')
    assert.ok(location, `the login answered ${answer.status} and leads nowhere`)
    from = new URL(location, from)
    if (from.href.startsWith(redirectUri)) return from
    answer = await fetch(from, { redirect: 'manual' })
  }
  throw new assert.AssertionError({ message: `the login does not lead to ${redirectUri}` })
}

function parseChoices(html: string): LoginChoice[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].flatMap(([, attributes = '', content = '']) => {
    const hidden = [...content.matchAll(/<input\b([^>]*)>/gi)].map(([, input = '']) => input)
    return [...content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, button = '', text = '']) => {
      const fields = new URLSearchParams()
      for (const tag of [...hidden, button]) {
        const name = readAttribute(tag, 'name')
        if (name !== undefined) fields.set(name, readAttribute(tag, 'value') ?? '')
      }
      return {
        method: readAttribute(attributes, 'method')?.toUpperCase() ?? 'GET',
        action: readAttribute(attributes, 'action') ?? '',
        fields,
        label: `${unescapeHtml(text)} ${readAttribute(button, 'value') ?? ''} ${fields.toString()}`,
      }
    })
  })
}

function readAttribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  const value = found?.[1] ?? found?.[2] ?? found?.[3]
  return value === undefined ? undefined : unescapeHtml(value)
}

function unescapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole)
}
