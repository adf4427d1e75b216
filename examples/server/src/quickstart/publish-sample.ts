import { createTrail, type ShownPublication } from './describe-publication.ts'
import type { QuickstartOptions } from './run-quickstart.ts'

export interface SamplePost {
  readonly label: string
  readonly content: Readonly<Record<string, unknown>>
  /** The platform publishes it, and the connection breaks before it says so. */
  readonly fault?: 'lost_answer'
}

interface ShownPost {
  readonly id: string
  readonly publications: readonly ShownPublication[]
}

const pollMs = 100
const ended = ['published', 'refused', 'missed', 'canceled', 'given_up', 'incomplete', 'needs_attention', 'removed']

/** Creates the post and shows what the API says of it until it has ended. Answers whether it is live, once. */
export async function publishSample(
  options: QuickstartOptions,
  { account, sample, endsAt }: { readonly account: string; readonly sample: SamplePost; readonly endsAt: number },
): Promise<boolean> {
  const { api, monotonic, printer, wait } = options
  const head = `  ${sample.label.padEnd(14)} x   `
  const begunAt = monotonic()
  const created = await createSample(options, account, sample)
  if (created.state === 'published') {
    printer.done(`${`${head}published already`.padEnd(86)}${await describeEnd(options, sample, created)}`)
    return true
  }
  const trail = createTrail()
  for (;;) {
    const publication = await api.get<ShownPublication>(`/v1/publications/${created.id}`)
    trail.add(publication)
    const seconds = ((monotonic() - begunAt) / 1000).toFixed(1)
    const line = `${`${head}${trail}`.padEnd(76)} ${seconds.padStart(5)} s`
    if (ended.includes(publication.state)) {
      printer.done(`${line}   ${await describeEnd(options, sample, publication)}`)
      return publication.state === 'published'
    }
    if (monotonic() > endsAt) {
      printer.done(`${line}   it takes too long; GET /v1/publications/${publication.id} explains it`)
      return false
    }
    printer.live(line)
    await wait(pollMs)
  }
}

/** A draft first: the key makes a second start find the post that is there, and then no fault may wait for the next one. */
async function createSample(
  { api, emulatorUrl }: QuickstartOptions,
  account: string,
  { label, content, fault }: SamplePost,
): Promise<ShownPublication> {
  const key = `quickstart: ${label}`
  const post = await api.post<ShownPost>('/v1/posts', { to: [account], key, draft: true, ...content })
  const publication = readOnly(post)
  if (publication.state !== 'draft') return publication
  if (fault) await loseNextAnswer(emulatorUrl)
  return readOnly(await api.post<ShownPost>(`/v1/posts/${post.id}/submit`, {}))
}

function readOnly({ id, publications }: ShownPost): ShownPublication {
  const [publication] = publications
  if (!publication) throw new Error(`The post ${id} has no publication.`)
  return publication
}

async function loseNextAnswer(emulatorUrl: string): Promise<void> {
  const rule = { match: { method: 'POST', path: '/2/tweets' }, times: 1, fault: { kind: 'accept_then_reset' } }
  const headers = { 'content-type': 'application/json' }
  await fetch(`${emulatorUrl}/_emulator/faults`, { method: 'POST', body: JSON.stringify(rule), headers })
}

async function describeEnd(
  { emulatorUrl }: QuickstartOptions,
  { fault, content }: SamplePost,
  { state, url, reason }: ShownPublication,
): Promise<string> {
  if (state !== 'published') return reason?.message ?? state
  if (!fault) return url ?? ''
  const count = await countLive(emulatorUrl, String(content.text))
  return count === 1 ? 'one post is live, not two' : `${count} posts are live`
}

/** The other side's truth. */
async function countLive(emulatorUrl: string, text: string): Promise<number> {
  const response = await fetch(`${emulatorUrl}/_emulator/posts`)
  const posts = (await response.json()) as readonly { readonly text: string; readonly removedAt: string | null }[]
  return posts.filter((post) => post.text === text && post.removedAt === null).length
}
