/** One point that a platform's documentation leaves open, and how to settle it. */
export interface Probe<Api> {
  /** Stable; `--only` takes it. */
  readonly name: string
  readonly question: string
  /** What we assume until somebody looks: the default of the emulator's switch, where it has one. */
  readonly assumed: string
  /** Name of the emulator's switch. Absent: the emulator has none. */
  readonly knob?: string
  /** What the operator must give beside the test account's token; without it the probe is not asked. */
  readonly needs?: readonly ProbeNeed[]
  /** Requests it makes, cleaning up included, each with its list price. */
  readonly requests: readonly ProbeRequest[]
  run(api: Api): Promise<Observation>
}

/** Something that only the operator has: another token, the id of a post, patience. */
export interface ProbeNeed {
  readonly key: string
  /** Ends the sentence "Needs …". */
  readonly what: string
  /** Environment variable of a secret, which is never printed. Absent: `--with KEY=VALUE` gives it. */
  readonly variable?: string
}

export interface ProbeRequest {
  readonly request: string
  readonly costMicroUsd: number
}

/** What a platform did. */
export interface Observation {
  /** Compared with what we assume; `undefined` when nothing could be concluded. */
  readonly value: string | undefined
  /** What the platform answered, without any secret; or why it was not asked. */
  readonly detail: string
  /** Nothing was asked, for this account cannot answer it. */
  readonly notAsked?: true
}

/** A point that is never asked, and what it would need. */
export interface SkippedPoint {
  readonly question: string
  readonly reason: string
}

export interface Finding {
  readonly name: string
  readonly question: string
  readonly knob: string | undefined
  readonly assumed: string
  readonly observed: string | undefined
  readonly detail: string
  readonly verdict: 'as_assumed' | 'different' | 'unclear' | 'not_asked'
}
