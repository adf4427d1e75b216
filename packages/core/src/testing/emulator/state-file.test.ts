import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { notesPlatform, useNotesEmulator } from './notes-emulator.test-support.ts'
import { startEmulator } from './start-emulator.ts'

const rig = useNotesEmulator()
const { clock, write } = rig

describe('a state file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const start = (stateFile: string) => startEmulator(notesPlatform, { now: clock.now, stateFile })

  test('lets a second start find posts, media and the clock', async () => {
    const file = join(folder, 'new', 'state.json')
    await rig.restart(file)
    const form = new FormData()
    form.set('text', 'kept')
    form.set('photo', new Blob(['bytes'], { type: 'image/png' }), 'a.png')
    await write('', { body: form, headers: {} })
    rig.emulator.advanceClock(5000)
    expect(await readdir(join(folder, 'new'))).toEqual(['state.json', 'state.json.blobs'])

    const second = await start(file)
    try {
      expect(second.posts()).toEqual(rig.emulator.posts())
      const sha256 = second.posts()[0]?.mediaSha256[0]
      expect(await (await fetch(`${second.url}/blobs/${sha256}`)).text()).toBe('bytes')
      expect(await (await fetch(`${second.url}/now`)).json()).toEqual({ now: clock.now() + 5000 })
      second.reset()
    } finally {
      await second.close()
    }
    const third = await start(file)
    expect(third.posts()).toEqual([])
    await third.close()
  })

  test('of another platform or without sense is refused with a sentence', async () => {
    const file = join(folder, 'state.json')
    await writeFile(file, '{"version":1,"platform":"other","advancedMs":0,"state":{}}')
    await expect(start(file)).rejects.toThrow('holds the state of the emulator of other, not of notes')
    await writeFile(file, '{"version":')
    await expect(start(file)).rejects.toThrow('holds no emulator state')
  })
})
