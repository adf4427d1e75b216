import assert from 'node:assert/strict'
import type { WebhookRequest } from '../../platform/platform-webhook.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { onStage } from './stage.ts'

const body = new TextEncoder().encode('{"data":{"id":"1"},"entry":[],"event":"post.delete"}')

/** Requests that nobody signed. How genuine ones are signed is the platform's own: the adapter's tests hold its examples. */
export function webhookCases(options: PlatformContractOptions): readonly ContractCase[] {
  const forged: readonly (readonly [what: string, request: WebhookRequest])[] = [
    ['without a signature', { method: 'POST', headers: {}, query: new URLSearchParams(), body }],
    ['without a body', { method: 'POST', headers: {}, query: new URLSearchParams(), body: new Uint8Array() }],
    ['that asks nothing', { method: 'GET', headers: {}, query: new URLSearchParams(), body: new Uint8Array() }],
  ]
  return forged.map(([what, request]) => ({
    name: `takes nothing from a webhook request ${what}`,
    run: () =>
      onStage(options, async ({ adapter, app }) => {
        const parsed = adapter.parseWebhook?.(request, app)
        if (!parsed) return
        assert.deepEqual(parsed.events, [], 'a request that nobody signed has events')
        assert.ok(parsed.answer.status >= 400, `it is answered with ${parsed.answer.status}; it must be refused`)
      }),
  }))
}
