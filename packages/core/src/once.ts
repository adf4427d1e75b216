/**
 * Makes a value when it is first needed, and keeps it. For schemas: building all of them at import would be nine tenths of what importing core costs.
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
