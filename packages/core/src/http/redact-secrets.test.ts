import { expect, test } from 'vitest'
import { Secret } from '../platform/secret.ts'
import type { HttpRequest } from './json-client.ts'
import { findSecrets, redactSecrets } from './redact-secrets.ts'
import { createContext } from './scripted-server.test-support.ts'

const { context } = createContext()
const app = {
  clientId: 'the-client-id',
  clientSecret: new Secret('canary-client'),
  bot: new Secret('canary-bot-token'),
}
const redact = (text: string, request: Partial<HttpRequest<unknown>> = {}, sent: Record<string, string> = {}) =>
  redactSecrets(text, findSecrets({ context: { ...context, app }, ...request }, sent))

test("hides the account's token, also in its URL form", () => {
  const sent = { authorization: 'Bearer canary/token+1' }
  expect(redact('for canary/token+1 and canary%2Ftoken%2B1', {}, sent)).toBe('for [secret] and [secret]')
})

test('hides all secrets of the app, not its id', () => {
  expect(redact('the-client-id canary-client canary-bot-token')).toBe('the-client-id [secret] [secret]')
})

test('hides what is sent as a field in any body and in the query', () => {
  expect(redact('canary-refresh', { urlencoded: { refresh_token: 'canary-refresh' } })).toBe('[secret]')
  expect(redact('canary-verifier', { json: { code_verifier: 'canary-verifier' } })).toBe('[secret]')
  expect(redact('canary-query', { query: { access_token: 'canary-query' } })).toBe('[secret]')
  expect(redact('canary-form', { form: { client_secret: 'canary-form' } })).toBe('[secret]')
})

test('hides the whole of a secret that begins like another one', () => {
  const request = { urlencoded: { token: 'canary-1', refresh_token: 'canary-1234' } }
  expect(redact('canary-1234 canary-1', request)).toBe('[secret] [secret]')
})

test('leaves words and what people wrote', () => {
  expect(redact('Your text is too long', { json: { text: 'Your text is too long', token: 'text' } })).toBe(
    'Your text is too long',
  )
})
