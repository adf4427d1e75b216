/** What one case came to, against the truth of the platform. */
export interface Judgement {
  /** More than one live post for a part. */
  readonly double: number
  /** Neither ended nor asking a person: missed silently. */
  readonly lost: number
  /** The database says other than the platform. */
  readonly wrong: number
  /** Ended in `needs_attention`. */
  readonly asked: number
  /** How many may ask: from the platform's truth and its shape alone. */
  readonly mayAsk: number
  /** Ended with an exception instead of an outcome: nothing is proven. */
  readonly broken: number
}

export interface Told {
  readonly state: string
  /** Why nothing happens; without an end only its event (a login, a resume) lets it go on, and that was told. */
  readonly hold: { readonly until: Date | null } | null
  readonly parts: readonly { readonly state: string; readonly externalId: string | null }[]
}

export interface Truth {
  /** Ids of the live posts of each part. */
  readonly live: readonly (readonly string[])[]
  /** Whether a write of a part left the machine, reached nobody, and the platform has nothing that could prove it. */
  readonly unprovable: boolean
  /** Nothing stands against it in the end: any other state than this one or a question is a loss. */
  readonly mustEnd?: 'published' | 'removed'
}

const ENDS = ['published', 'delivered', 'incomplete', 'refused', 'given_up', 'missed', 'canceled', 'removed']

export function judge(told: Told, truth: Truth): Judgement {
  const asks = told.state === 'needs_attention'
  const waitsForEvent = told.hold !== null && told.hold.until === null
  const contradictions = told.parts.filter((part, index) => {
    const ids = truth.live[index] ?? []
    if (part.state === 'published')
      return ids.length === 0 || (part.externalId !== null && !ids.includes(part.externalId))
    return !asks && part.state !== 'unknown' && ids.length > 0
  })
  const ended = truth.mustEnd ? told.state === truth.mustEnd : ENDS.includes(told.state)
  const waits = waitsForEvent && !truth.mustEnd
  const nobodyShows = truth.unprovable && truth.live.some((ids) => ids.length === 0)
  return {
    double: truth.live.filter((ids) => ids.length > 1).length,
    lost: asks || waits || ended ? 0 : 1,
    wrong: contradictions.length,
    asked: asks ? 1 : 0,
    mayAsk: nobodyShows ? 1 : 0,
    broken: 0,
  }
}

export const NOTHING: Judgement = { double: 0, lost: 0, wrong: 0, asked: 0, mayAsk: 0, broken: 0 }

export function add(a: Judgement, b: Judgement): Judgement {
  return {
    double: a.double + b.double,
    lost: a.lost + b.lost,
    wrong: a.wrong + b.wrong,
    asked: a.asked + b.asked,
    mayAsk: a.mayAsk + b.mayAsk,
    broken: a.broken + b.broken,
  }
}

/** Nothing doubled, lost or wrong, and nobody was asked whom the platform could have spared it. */
export const isGood = (sum: Judgement): boolean =>
  sum.double === 0 && sum.lost === 0 && sum.wrong === 0 && sum.broken === 0 && sum.asked <= sum.mayAsk
