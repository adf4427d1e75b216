import type { IncomingMessage } from 'node:http'
import type { EmulatorAnswer, EmulatorDefinition, EmulatorRequest } from './emulator-definition.ts'
import { escapeHtml, renderPage } from './html-page.ts'

const ownAddresses = ['/_emulator', '/_emulator/']

/** Whether somebody only looks who is there: at the control interface, or at an address where the platform has no page and was asked nothing. */
export function isVisit<State>(
  { routes }: EmulatorDefinition<State>,
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (url !== undefined && ownAddresses.includes(url)) return true
  return url === '/' && headers.authorization === undefined && !routes.some(({ path }) => path === '/')
}

/** What answers here and how it is driven: a page for browsers, JSON for everybody else. */
export function welcome(
  { url, headers }: Pick<EmulatorRequest, 'url' | 'headers'>,
  { platform, home }: Pick<EmulatorDefinition<unknown>, 'platform' | 'home'>,
  calls: readonly { readonly method: string; readonly path: string }[],
): EmulatorAnswer {
  const about = `The emulator of ${platform}: a local server that behaves like the platform. Nothing leaves this machine.`
  const controls = calls.map(({ method, path }) => `${method} ${path}`)
  const pages = home === undefined ? null : `${url.origin}${home}`
  if (!headers.get('accept')?.includes('text/html')) {
    return { status: 200, json: { platform, about, baseUrl: url.origin, pages, controls } }
  }
  const items = controls.map((call) => `<li><code>${escapeHtml(call)}</code></li>`)
  const body = [
    `<p>${escapeHtml(about)}</p>`,
    `<p>Its API is under <code>${escapeHtml(url.origin)}</code>: the <code>baseUrl</code> of an adapter.</p>`,
    ...(pages === null ? [] : [`<p><a href="${escapeHtml(pages)}">What its accounts have live</a></p>`]),
    `<p>Calls that drive it:</p>\n<ul>${items.join('')}</ul>`,
  ]
  return { status: 200, html: renderPage(`Emulator of ${platform}`, body.join('\n')) }
}
