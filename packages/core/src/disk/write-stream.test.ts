import { expect, test } from 'vitest'
import { writeStream } from './write-stream.ts'

test('asks for the next chunk only when the last one is written', async () => {
  let asked = 0
  let written = 0
  const inFlight: number[] = []
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked += 1
        inFlight.push(asked - written)
        controller.enqueue(new Uint8Array(1000))
        if (asked === 100) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  async function writeSlowly() {
    // Gives a reader that does not wait every chance to run ahead.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    written += 1
  }
  expect(await writeStream(writeSlowly, stream, {})).toMatchObject({ sizeBytes: 100_000 })
  expect(Math.max(...inFlight)).toBe(1)
})
