import { describe, expect, test } from 'vitest'
import { createTrail, type ShownPublication } from './describe-publication.ts'

type Part = ShownPublication['parts'][number]

const part = (overrides: Partial<Part> = {}): Part => ({
  state: 'waiting',
  progress: null,
  attempts: [],
  evidence: [],
  ...overrides,
})
const seen = (state: string, parts: readonly Part[] = [part()]): ShownPublication => ({
  ...{ id: 'pub_1', platform: 'x', url: null, reason: null, hold: null },
  state,
  parts,
})

function trailOf(...publications: readonly ShownPublication[]): string {
  const trail = createTrail()
  for (const publication of publications) trail.add(publication)
  return trail.toString()
}

describe('the way of a publication', () => {
  test('shows each step once, however often it is looked at', () => {
    const steps = ['draft', 'scheduled', 'preparing', 'preparing', 'ready', 'publishing', 'publishing', 'published']
    expect(trailOf(...steps.map((state) => seen(state)))).toBe('preparing ▸ publishing ▸ published')
  })

  test('draws a bar over itself, and makes it a word when something follows', () => {
    const uploading = (percent: number) => seen('preparing', [part({ progress: { phase: 'uploading', percent } })])
    expect(trailOf(uploading(0), uploading(71))).toBe('uploading ███████░░░ 71 %')
    const processing = seen('preparing', [part({ progress: { phase: 'processing' } })])
    expect(trailOf(uploading(71), processing, processing, seen('published'))).toBe('uploaded ▸ processing ▸ published')
  })

  test('counts the parts of a thread, also those that went by between two looks', () => {
    const thread = (live: number) =>
      seen(live === 3 ? 'published' : 'publishing', [
        ...Array.from({ length: live }, () => part({ state: 'published' })),
        ...Array.from({ length: 3 - live }, () => part()),
      ])
    expect(trailOf(thread(0), thread(2), thread(3))).toBe('publishing ▸ 1/3 ▸ 2/3 ▸ 3/3 published')
  })

  test('says that an answer was lost, looked for and found', () => {
    const unknown = seen('publishing', [part({ state: 'unknown' })])
    const found = seen('published', [part({ state: 'published', evidence: [{ kind: 'found' }] })])
    expect(trailOf(unknown, unknown, found)).toBe('the answer was lost ▸ looking ▸ found')
  })

  test('names what holds it', () => {
    expect(trailOf({ ...seen('scheduled'), hold: { message: 'paused by mia' } })).toBe('held: paused by mia')
  })
})
