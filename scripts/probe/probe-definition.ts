/** One point that a platform's documentation leaves open, and how to settle it. */
export interface Probe<Api> {
  /** Stable; `--only` takes it. */
  readonly name: string
  readonly question: string
  /** What we assume until somebody looks: the default of the emulator's switch. */
  readonly assumed: string
  /** Name of the emulator's switch. */
  readonly knob: string
  /** Requests it makes, cleaning up included, each with its list price. */
  readonly requests: readonly ProbeRequest[]
  run(api: Api): Promise<Observation>
}

export interface ProbeRequest {
  readonly request: string
  readonly costMicroUsd: number
}

/** `value` is compared with what we assume; `undefined` when nothing could be concluded. */
export interface Observation {
  readonly value: string | undefined
  /** What the platform answered, without any secret. */
  readonly detail: string
}

/** A point that is never asked, and what it would need. */
export interface SkippedPoint {
  readonly question: string
  readonly reason: string
}

export interface Finding {
  readonly name: string
  readonly question: string
  readonly knob: string
  readonly assumed: string
  readonly observed: string | undefined
  readonly detail: string
  readonly verdict: 'as_assumed' | 'different' | 'unclear'
}
