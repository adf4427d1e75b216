import { type EmulatorRoute, escapeHtml, renderPage } from '@ofm-social/core/testing'
import { readBalance } from './ledger.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** Stands in for https://console.x.com: what was spent, and on what. */
export function listConsoleRoutes(readSettings: () => XSettings): readonly EmulatorRoute<XState>[] {
  return [
    {
      method: 'GET',
      path: '/i/console',
      answer(_, { state }) {
        const { ledger, webhooks, subscriptions } = state
        const settings = readSettings()
        const balance = readBalance(state, settings)
        const left = Number.isFinite(balance) ? toUsd(balance) : 'without end'
        const rows = Object.entries(ledger.charges).map(
          ([key, { count, microUsd }]) =>
            `<tr><td>${escapeHtml(key)}</td><td>${count}</td><td>${toUsd(microUsd)}</td></tr>`,
        )
        const body = [
          `<p>Plan ${settings.plan}. Spent ${toUsd(ledger.spent)}, balance ${left}.</p>`,
          `<table><tr><th>billed</th><th>times</th><th>cost</th></tr>${rows.join('')}</table>`,
          ...webhooks.map(({ url, valid }) => `<p>Webhook ${escapeHtml(url)} (${valid ? 'valid' : 'not valid'})</p>`),
          `<p>${subscriptions.length} subscriptions to events.</p>`,
        ]
        return { status: 200, html: renderPage('Console on the emulator of X', body.join('\n')) }
      },
    },
  ]
}

function toUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(3)}`
}
