import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'
import { silenceRuntime } from '../silence-runtime.test-support.ts'
import { buildWorkflowBundle } from '../workflow-bundle.ts'

const folder = new URL('./__fixtures__/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.json'))

/** Histories of workflows that wait somewhere this minute. A change that cannot replay them needs `patched()`; docs/guides/temporal.md says how. */
describe('histories of every released version', () => {
  let code = ''
  beforeAll(async () => {
    silenceRuntime()
    code = (await buildWorkflowBundle()).code
  })

  test.each(files)('%s still replays', async (file) => {
    const history: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    await Worker.runReplayHistory({ workflowBundle: { code }, replayName: file }, history)
  })

  test('a history that asks for something else does not', async () => {
    const [first = ''] = files
    const text = readFileSync(new URL(first, folder), 'utf8').replaceAll('"advance"', '"publish"')
    const replay = Worker.runReplayHistory({ workflowBundle: { code } }, JSON.parse(text))
    await expect(replay).rejects.toThrow(/TMPRL1100|does not match/)
  })

  test('what runs in the sandbox is small, and holds no library but the SDK', () => {
    const [source = '', map = ''] = code.split('//# sourceMappingURL=')
    expect(source.length).toBeLessThan(700_000)
    expect(map.length).toBeGreaterThan(0)
    // So are libraries named that are in it.
    expect(source).toContain('node_modules/@temporalio/')
    for (const library of ['node_modules/zod/', 'node_modules/@opentelemetry/', 'node_modules/kysely/'])
      expect(source).not.toContain(library)
  })
})
