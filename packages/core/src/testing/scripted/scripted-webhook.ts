import type { ParsedWebhook, WebhookEvent, WebhookRequest } from '../../platform/platform-webhook.ts'

const SIGNATURE = 'x-scripted-signature'

/** A request as the scripted platform sends it. */
export function toScriptedWebhook(
  events: readonly WebhookEvent[],
  options: { readonly forged?: boolean } = {},
): WebhookRequest {
  return {
    method: 'POST',
    headers: { [SIGNATURE]: options.forged ? 'forged' : 'genuine' },
    query: new URLSearchParams(),
    body: new TextEncoder().encode(JSON.stringify(events)),
  }
}

export function parseScriptedWebhook({ headers, body }: WebhookRequest): ParsedWebhook {
  if (headers[SIGNATURE] !== 'genuine') return { answer: { status: 401 }, events: [] }
  return { answer: { status: 200 }, events: JSON.parse(new TextDecoder().decode(body)) }
}
