import { toRecord } from './check-body.ts'
import type { XCall } from './endpoint.ts'
import { sign } from './webhook-signature.ts'

/** `wrong` ends the webhook at once; `unreachable` after a day. */
export type ChallengeResult = 'passed' | 'wrong' | 'unreachable'

const answerWithinMs = 10_000

/** Asks a webhook to prove that it knows the consumer secret: https://docs.x.com/x-api/webhooks/introduction */
export async function challenge(
  { state, context }: Pick<XCall, 'state' | 'context'>,
  webhookUrl: string,
): Promise<ChallengeResult> {
  const token = Buffer.from(context.random(16)).toString('hex')
  const url = new URL(webhookUrl)
  url.searchParams.set('crc_token', token)
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs) })
    if (response.status >= 400) return 'unreachable'
    if (response.status !== 200) return 'wrong'
    const given = toRecord(await response.json()).response_token
    return given === sign(state.app.apiSecret, token) ? 'passed' : 'wrong'
  } catch (error) {
    return error instanceof SyntaxError || isOfTls(error) ? 'wrong' : 'unreachable'
  }
}

/** A certificate that is not taken, and no TLS where there should be, end a webhook too. */
function isOfTls(error: unknown): boolean {
  const code = error instanceof TypeError ? String(Object(error.cause).code) : ''
  return /CERT|SSL|TLS/.test(code)
}
