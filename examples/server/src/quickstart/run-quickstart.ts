import type { EmulatorUrls } from '../open-emulators.ts'
import { addSample } from './add-sample.ts'
import type { ApiClient } from './api-client.ts'
import { connectAda } from './connect-ada.ts'
import type { LivePrinter } from './print-lines.ts'
import { publishSamples, type SamplePost } from './publish-samples.ts'

export interface QuickstartOptions {
  readonly api: ApiClient
  /** Where the emulators listen: their login pages, and the control call that injects the fault. */
  readonly emulators: EmulatorUrls
  readonly printer: LivePrinter
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly wait: (ms: number) => Promise<void>
}

/** Where the samples go. */
export type SamplePlatform = keyof EmulatorUrls

/** Account ids. */
export type SampleAccounts = Readonly<Record<SamplePlatform, string>>

/** All of it, with room below the two minutes that a newcomer is promised. */
const timeoutMs = 100_000

/**
 * Connects a creator, adds three files and publishes five posts, all through the public API and read back through it. Answers whether all of them are
 * live. A second run finds everything there and repeats nothing.
 */
export async function runQuickstart(options: QuickstartOptions): Promise<boolean> {
  const endsAt = options.monotonic() + timeoutMs
  const x = await connectAda(options, 'x')
  const instagram = await connectAda(options, 'instagram')
  const accounts = { x, instagram }
  const photo = await addSample(options, accounts, { fileName: 'photo.jpg', type: 'image/jpeg' })
  const evening = await addSample(options, accounts, { fileName: 'evening.jpg', type: 'image/jpeg' })
  const clip = await addSample(options, accounts, { fileName: 'clip.mp4', type: 'video/mp4' })
  options.printer.line('')
  const samples = listSamples({ photo, evening, clip })
  const areLive = await publishSamples(options, { accounts, samples, endsAt })
  // Alone: the fault hits whatever is sent next.
  const isFaultLive = await publishSamples(options, { accounts, samples: [faultSample], endsAt })
  return areLive && isFaultLive
}

function listSamples(asset: Readonly<Record<'photo' | 'evening' | 'clip', string>>): readonly SamplePost[] {
  const photo = { asset: asset.photo, altText: 'A gradient from deep blue to morning yellow.' }
  const evening = { asset: asset.evening, altText: 'A gradient from plum to evening orange and night blue.' }
  return [
    { label: 'First light', to: ['x', 'instagram'], content: { text: 'First light', assets: [photo] } },
    { label: 'clip.mp4', to: ['x', 'instagram'], content: { text: 'Six seconds of it', assets: [asset.clip] } },
    { label: 'A carousel', to: ['instagram'], content: { text: 'Morning, evening', assets: [photo, evening] } },
    {
      label: 'A thread',
      to: ['x'],
      content: { parts: [{ text: 'How it went:' }, { text: 'First the photo,' }, { text: 'then the clip.' }] },
    },
  ]
}

const faultSample: SamplePost = {
  label: 'And a fault',
  to: ['x'],
  content: { text: 'Sent once, although the answer was lost' },
  fault: 'lost_answer',
}
