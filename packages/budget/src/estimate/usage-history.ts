/** What calls of a model did need, against what was estimated. Kept in this process. */
export interface UsageHistory {
  note(model: string, call: PastCall): void
  /** What is known of a model; null before its first call. */
  summarise(model: string): ModelHistory | null
  /** The output that this share of past calls did not exceed, such as 0.95. Null before `callsMin` calls. */
  findOutput(model: string, share: number): bigint | null
}

export interface PastCall {
  readonly estimatedInput: bigint
  readonly input: bigint
  readonly output: bigint
}

export interface ModelHistory {
  readonly calls: number
  /** All input of these calls divided by all that was estimated: below 1, the counter counts too much. */
  readonly inputRatio: number
  /** The same of the call that was estimated worst. */
  readonly inputRatioMax: number
}

export interface UsageHistoryOptions {
  /** The newest so many calls of a model count. Default 500. */
  readonly callsMax?: number
  /** Fewer say nothing about output. Default 20. */
  readonly callsMin?: number
}

const modelsMax = 1_000

export function createUsageHistory({ callsMax = 500, callsMin = 20 }: UsageHistoryOptions = {}): UsageHistory {
  const models = new Map<string, PastCall[]>()
  return {
    note(model, call) {
      const calls = models.get(model) ?? []
      calls.push(call)
      if (calls.length > callsMax) calls.shift()
      models.delete(model)
      models.set(model, calls)
      const [oldest] = models.keys()
      if (models.size > modelsMax && oldest !== undefined) models.delete(oldest)
    },
    summarise(model) {
      const calls = models.get(model)?.filter(({ estimatedInput }) => estimatedInput > 0n) ?? []
      if (calls.length === 0) return null
      const ratios = calls.map(({ input, estimatedInput }) => Number(input) / Number(estimatedInput))
      const sum = (pick: (call: PastCall) => bigint) => Number(calls.reduce((total, call) => total + pick(call), 0n))
      return {
        calls: calls.length,
        inputRatio: sum(({ input }) => input) / sum(({ estimatedInput }) => estimatedInput),
        inputRatioMax: Math.max(...ratios),
      }
    },
    findOutput(model, share) {
      const calls = models.get(model) ?? []
      if (calls.length < callsMin) return null
      const sorted = calls.map(({ output }) => output).sort((one, other) => (one < other ? -1 : 1))
      const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))
      return sorted[index] ?? null
    },
  }
}
