/** What the caller set for a provider, `providerOptions.openai.serviceTier`; undefined when it is not there. */
export function readProviderOption(options: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
      ? Reflect.get(inner, key)
      : undefined
  }, options)
}
