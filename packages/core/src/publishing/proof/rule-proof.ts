import fc from 'fast-check'

/** A property that holds, and no longer holds with its rule switched off. */
export interface RuleProof {
  readonly rule: number
  readonly property: string
  /** What is switched off. */
  readonly without: string
  /** Throws when it does not hold for one of so many inputs. */
  readonly holds: (runs: number) => Promise<void>
  /** Whether one of so many inputs, always the same ones, shows what is switched off. */
  readonly breaks: (runs: number) => Promise<boolean>
}

const SEED = 20_261_125

/** One property of a subject, shown to need its rule by mutations of the subject. */
export function prove<Subject, Input>(
  rule: number,
  property: string,
  check: (subject: Subject) => fc.IRawProperty<Input, true> | fc.IRawProperty<Input, false>,
  real: Subject,
  mutations: Readonly<Record<string, Subject>>,
): readonly RuleProof[] {
  return Object.entries(mutations).map(([without, mutated]) => ({
    rule,
    property,
    without,
    holds: async (runs) => {
      await fc.assert(check(real), { numRuns: runs })
    },
    breaks: async (runs) => {
      const { failed } = await fc.check(check(mutated), { seed: SEED, numRuns: runs, endOnFailure: true })
      return failed
    },
  }))
}

/** Throws what a property is about. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
