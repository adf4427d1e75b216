import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createFixedClock, sampleAsset } from '@ofm-social/core/testing'
import { describe, expect, test } from 'vitest'
import { startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

const run = promisify(execFile)
const python = findPython()

describe.skipIf(!python)("Meta's business SDK for Python, as published", () => {
  test('publishes, comments, pages, deletes and raises its own errors', async () => {
    const emulator = await startInstagramEmulator({ now: createFixedClock().now, login: 'facebook' })
    const host = await startMediaHost()
    try {
      const script = fileURLToPath(new URL('__fixtures__/business_client.py', import.meta.url))
      const token = emulator.credentials().accounts[0]?.accessToken ?? ''
      const image = host.serve(sampleAsset('jpeg').bytes)
      const { stdout } = await run(python ?? '', [script, emulator.url, token, image])
      expect(JSON.parse(stdout)).toMatchObject({
        pages: ['Cleo Page', 'Page without Instagram'],
        media: { caption: 'Schön', media_type: 'IMAGE', username: 'cleo_demo' },
        usage: 2,
        listed: ['Two at once', 'Schön'],
        comment: emulator.posts().at(-1)?.id,
        errors: [
          [400, 24, 2207006],
          [400, 9004, 2207052],
          [400, 100, 33],
        ],
      })
      expect(emulator.posts().map(({ kind, removedAt }) => [kind, removedAt !== null])).toEqual([
        ['image', true],
        ['carousel', false],
        ['comment', false],
      ])
    } finally {
      await host.close()
      await emulator.close()
    }
  })
})

/** Installs it the first time; undefined where there is no Python. */
function findPython(): string | undefined {
  const script = fileURLToPath(new URL('../../../../.ci/facebook-business', import.meta.url))
  const { status, stdout, stderr } = spawnSync('bash', [script], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  if (status === 3) return undefined
  throw new Error(`facebook_business could not be installed:\n${stderr}`)
}
