/** The usage object of an answer, or the value itself. */
export function findUsage(answer: object): object {
  for (const key of ['usage', 'usageMetadata']) {
    const value: unknown = Object.hasOwn(answer, key) ? Reflect.get(answer, key) : undefined
    if (typeof value === 'object' && value !== null) return value
  }
  return answer
}
