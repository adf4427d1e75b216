/** A publication as the API answers it, as far as the quickstart reads it. */
export interface ShownPublication {
  readonly id: string
  readonly state: string
  readonly platform: string
  readonly url: string | null
  readonly reason: { readonly message: string } | null
  readonly hold: { readonly message: string } | null
  readonly parts: readonly {
    readonly state: string
    readonly progress: { readonly phase: string; readonly percent?: number } | null
    readonly attempts: readonly { readonly outcome: string }[]
    readonly evidence: readonly { readonly kind: string }[]
  }[]
}

/** The way of one publication in words, longer with every look. */
export interface Trail {
  /** Adds what is new. */
  add(publication: ShownPublication): void
  /** `preparing ▸ publishing ▸ published`. */
  toString(): string
}

const barCells = 10
const bar = 'uploading '

/** Steps that a look repeats are not written again; a bar is drawn over, and gives way to a word when something follows it. */
export function createTrail(): Trail {
  const steps: string[] = []
  return {
    add(publication) {
      const seen = describe(publication)
      if (seen.length > 0 && steps.at(-1)?.startsWith(bar))
        steps.splice(-1, 1, ...(seen[0]?.startsWith(bar) ? [] : ['uploaded']))
      steps.push(...seen.slice(countKnown(steps, seen)))
    },
    toString: () => steps.join(' ▸ '),
  }
}

/** How many of the steps stand at the trail's end already. */
function countKnown(steps: readonly string[], seen: readonly string[]): number {
  for (let known = Math.min(steps.length, seen.length); known > 0; known -= 1) {
    const end = steps.slice(steps.length - known)
    if (end.every((step, index) => step === seen[index])) return known
  }
  return 0
}

/** The last steps of the way, as far as this one answer tells them. */
function describe({ state, parts, hold }: ShownPublication): readonly string[] {
  if (hold) return [`held: ${hold.message}`]
  const progress = parts.find((part) => part.state === 'waiting' && part.progress)?.progress
  if (progress) return [progress.phase === 'uploading' ? drawBar(progress.percent ?? 0) : progress.phase]
  if (parts.some((part) => part.state === 'unknown')) return ['the answer was lost', 'looking']
  const wasFound = parts.some((part) => part.evidence.some(({ kind }) => kind === 'found'))
  if (state === 'published' && wasFound) return ['the answer was lost', 'looking', 'found']
  if (parts.length > 1) {
    const live = parts.filter((part) => part.state === 'published').length
    const counts = Array.from({ length: live }, (_, index) => `${index + 1}/${parts.length}`)
    if (state === 'published') return [...counts.slice(0, -1), `${live}/${parts.length} published`]
    if (counts.length > 0) return counts
  }
  // Between two steps there is nothing to see.
  return state === 'draft' || state === 'scheduled' || state === 'ready' ? [] : [state.replaceAll('_', ' ')]
}

function drawBar(percent: number): string {
  const filled = Math.round((percent / 100) * barCells)
  return `${bar}${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} ${Math.round(percent)} %`
}
