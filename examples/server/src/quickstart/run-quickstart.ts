import { addSample } from './add-sample.ts'
import type { ApiClient } from './api-client.ts'
import { connectAda } from './connect-ada.ts'
import type { LivePrinter } from './print-lines.ts'
import { publishSample, type SamplePost } from './publish-sample.ts'

export interface QuickstartOptions {
  readonly api: ApiClient
  /** Where the emulator of X listens: its login page, and the control call that injects the fault. */
  readonly emulatorUrl: string
  readonly printer: LivePrinter
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly wait: (ms: number) => Promise<void>
}

/** All of it, with room below the two minutes that a newcomer is promised. */
const timeoutMs = 100_000

/**
 * Connects a creator, adds two files and publishes four posts, all through the public API and read back through it. Answers whether all of them are
 * live. A second run finds everything there and repeats nothing.
 */
export async function runQuickstart(options: QuickstartOptions): Promise<boolean> {
  const endsAt = options.monotonic() + timeoutMs
  const account = await connectAda(options)
  const photo = await addSample(options, account, { fileName: 'photo.jpg', type: 'image/jpeg' })
  const clip = await addSample(options, account, { fileName: 'clip.mp4', type: 'video/mp4' })
  options.printer.line('')
  let allLive = true
  for (const sample of listSamples(photo, clip)) {
    const isLive = await publishSample(options, { account, sample, endsAt })
    allLive &&= isLive
  }
  return allLive
}

function listSamples(photo: string, clip: string): readonly SamplePost[] {
  const altText = 'A gradient from deep blue to morning yellow.'
  return [
    { label: 'First light', content: { text: 'First light', assets: [{ asset: photo, altText }] } },
    { label: 'clip.mp4', content: { text: 'Six seconds of it', assets: [clip] } },
    {
      label: 'A thread',
      content: { parts: [{ text: 'How it went:' }, { text: 'First the photo,' }, { text: 'then the clip.' }] },
    },
    { label: 'And a fault', content: { text: 'Sent once, although the answer was lost' }, fault: 'lost_answer' },
  ]
}
