import { createTrail, type ShownPublication, type Trail } from './describe-publication.ts'
import type { QuickstartOptions, SampleAccounts, SamplePlatform } from './run-quickstart.ts'

export interface SamplePost {
  readonly label: string
  readonly to: readonly SamplePlatform[]
  readonly content: Readonly<Record<string, unknown>>
  /** X publishes it, and the connection breaks before it says so. */
  readonly fault?: 'lost_answer'
}

interface ShownPost {
  readonly id: string
  readonly publications: readonly ShownPublication[]
}

/** One publication on its way, as its line shows it. */
interface Row {
  readonly sample: SamplePost
  readonly head: string
  readonly trail: Trail
  readonly begunAt: number
  /** An earlier start published it. */
  readonly isOld: boolean
  publication: ShownPublication
  /** Null while it goes on. */
  endedAt: number | null
}

const pollMs = 100
const ended = ['published', 'refused', 'missed', 'canceled', 'given_up', 'incomplete', 'needs_attention', 'removed']

/**
 * Creates the posts, and shows of each publication what the API says of it until it has ended: one line each, in their order. Answers whether all are
 * live, once.
 */
export async function publishSamples(
  options: QuickstartOptions,
  work: { readonly accounts: SampleAccounts; readonly samples: readonly SamplePost[]; readonly endsAt: number },
): Promise<boolean> {
  const { monotonic, printer, wait } = options
  const rows: Row[] = []
  for (const sample of work.samples) rows.push(...(await createRows(options, work.accounts, sample)))
  for (const row of rows) {
    for (; row.endedAt === null && monotonic() <= work.endsAt; await wait(pollMs)) {
      for (const other of rows) await look(options, other)
      printer.live(describeRow(row, monotonic()))
    }
    printer.done(`${describeRow(row, monotonic())} ${await describeEnd(options, row)}`)
  }
  return rows.every(({ publication }) => publication.state === 'published')
}

/** A draft first: the key makes a second start find the post that is there, and then no fault may wait for the next one. */
async function createRows(
  { api, emulators, monotonic }: QuickstartOptions,
  accounts: SampleAccounts,
  sample: SamplePost,
): Promise<readonly Row[]> {
  const begunAt = monotonic()
  const { label, content, fault } = sample
  const to = sample.to.map((platform) => accounts[platform])
  let post = await api.post<ShownPost>('/v1/posts', { to, key: `quickstart: ${label}`, draft: true, ...content })
  if (post.publications.some(({ state }) => state === 'draft')) {
    if (fault) await loseNextAnswer(emulators.x)
    post = await api.post<ShownPost>(`/v1/posts/${post.id}/submit`, {})
  }
  return post.publications.map((publication, index) => ({
    ...{ sample, publication, begunAt },
    isOld: publication.state === 'published',
    endedAt: publication.state === 'published' ? begunAt : null,
    head: `  ${(index === 0 ? label : '').padEnd(14)} ${publication.platform.padEnd(10)}`,
    trail: createTrail(),
  }))
}

async function look({ api, monotonic }: QuickstartOptions, row: Row): Promise<void> {
  if (row.endedAt !== null) return
  row.publication = await api.get<ShownPublication>(`/v1/publications/${row.publication.id}`)
  row.trail.add(row.publication)
  if (ended.includes(row.publication.state)) row.endedAt = monotonic()
}

function describeRow({ head, trail, isOld, begunAt, endedAt }: Row, now: number): string {
  if (isOld) return `${head}published already`.padEnd(96)
  const seconds = (((endedAt ?? now) - begunAt) / 1000).toFixed(1)
  return `${`${head}${trail}`.padEnd(86)} ${seconds.padStart(5)} s  `
}

async function describeEnd({ emulators }: QuickstartOptions, { sample, publication, endedAt }: Row): Promise<string> {
  const { id, state, url, reason } = publication
  if (endedAt === null) return `it takes too long; GET /v1/publications/${id} explains it`
  if (state !== 'published') return reason?.message ?? state
  if (!sample.fault) return url ?? ''
  const count = await countLive(emulators.x, String(sample.content.text))
  return count === 1 ? 'one post is live, not two' : `${count} posts are live`
}

async function loseNextAnswer(emulatorUrl: string): Promise<void> {
  const rule = { match: { method: 'POST', path: '/2/tweets' }, times: 1, fault: { kind: 'accept_then_reset' } }
  const headers = { 'content-type': 'application/json' }
  await fetch(`${emulatorUrl}/_emulator/faults`, { method: 'POST', body: JSON.stringify(rule), headers })
}

/** The other side's truth. */
async function countLive(emulatorUrl: string, text: string): Promise<number> {
  const response = await fetch(`${emulatorUrl}/_emulator/posts`)
  const posts = (await response.json()) as readonly { readonly text: string; readonly removedAt: string | null }[]
  return posts.filter((post) => post.text === text && post.removedAt === null).length
}
