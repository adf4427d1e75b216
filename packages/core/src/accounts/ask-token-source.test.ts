import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { AccountId } from '../model/ids.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { SocialOptions } from '../social.ts'
import { askTokenSource } from './ask-token-source.ts'

const ask = (
  tokenSource: SocialOptions['tokenSource'],
  force: 'no' | 'refused' = 'no',
  signal = new AbortController().signal,
) => askTokenSource({ tokenSource }, { accountId: 'account_1' as AccountId, force, signal })

describe('the token source of the host', () => {
  test('is asked for the account, and told when its token was refused', async () => {
    const asked: unknown[] = []
    const source: SocialOptions['tokenSource'] = async (...question) => {
      asked.push(question)
      return { accessToken: 'CANARY' }
    }
    expect((await ask(source)).reveal()).toBe('CANARY')
    await ask(source, 'refused')
    expect(asked).toEqual([
      ['account_1', { refused: false }],
      ['account_1', { refused: true }],
    ])
  })

  test('that fails is asked again later, and its error says nothing', async () => {
    const error = await ask(async () => Promise.reject(new Error('down'))).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'not_accepted', retryAfterMs: 30_000 })
  })

  test('may say itself that the creator has to connect again', async () => {
    const reconnect = new PlatformError({ code: 'reconnect', message: 'Ada left.' })
    await expect(ask(async () => Promise.reject(reconnect))).rejects.toBe(reconnect)
  })

  test('that is missing or brings nothing is a mistake of the host', async () => {
    await expect(ask(undefined)).rejects.toMatchObject({ code: 'misconfigured' })
    await expect(ask(async () => ({ accessToken: '' }))).rejects.toMatchObject({ code: 'misconfigured' })
  })

  test('is not waited for after an abort', async () => {
    const controller = new AbortController()
    const answer = ask(() => new Promise(() => undefined), 'no', controller.signal)
    controller.abort(new Error('shutdown'))
    await expect(answer).rejects.toThrow('shutdown')
    expect(inspect(await ask(async () => ({ accessToken: 'CANARY' })))).not.toContain('CANARY')
  })
})
