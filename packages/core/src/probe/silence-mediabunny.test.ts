import { Logging, LogLevel } from 'mediabunny'
import { expect, test } from 'vitest'
import { silently } from './silence-mediabunny.ts'

test('puts the log level back when the last of several is done', async () => {
  const before = Logging.level
  let finishFirst = () => {}
  const first = silently(
    () =>
      new Promise<void>((resolve) => {
        finishFirst = resolve
      }),
  )
  const second = silently(async () => Logging.level)
  expect(await second).toBe(LogLevel.Silent)
  expect(Logging.level).toBe(LogLevel.Silent)
  finishFirst()
  await first
  expect(Logging.level).toBe(before)
})

test('puts the log level back after a failure', async () => {
  const before = Logging.level
  await expect(silently(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  expect(Logging.level).toBe(before)
})
