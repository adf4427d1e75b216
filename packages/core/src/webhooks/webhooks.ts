import type { WebhookAnswer, WebhookRequest } from '../platform/platform-webhook.ts'

/** What platforms tell by themselves. The host owns the route: it hands the request on as it came, and gives the answer back. */
export interface Webhooks {
  /**
   * Verifies a request by its signature, takes its events in once each, and says what to answer. A post that appeared makes what is unknown look at
   * once; one that was taken off is shown as removed; a permission taken back asks to reconnect; the rest arrives as the event
   * `account.platform_event`. When this throws, answer 500: the platform sends it again.
   *
   * @throws {SocialError} `unknown_platform`; `not_allowed` when the platform has no webhooks; `misconfigured` without its app.
   */
  receive(platform: string, request: WebhookRequest): Promise<WebhookAnswer>
}
