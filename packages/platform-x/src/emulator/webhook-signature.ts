import { createHmac } from 'node:crypto'

/** `sha256=` and the Base64 HMAC that signs events and answers challenges: https://docs.x.com/x-api/webhooks/introduction */
export function sign(consumerSecret: string, message: string): string {
  return `sha256=${createHmac('sha256', consumerSecret).update(message).digest('base64')}`
}
