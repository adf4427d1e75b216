/** An item of a batch with its place in it. */
export interface Placed<Item> {
  readonly item: Item
  readonly place: number
}

/** Of items with one id the first goes now, the others after it: they find what it wrote. */
export function firstOfEachId<Item extends { readonly id: string }>(
  placed: readonly Placed<Item>[],
): { readonly first: readonly Placed<Item>[]; readonly later: readonly Placed<Item>[] } {
  const seen = new Set<string>()
  const first: Placed<Item>[] = []
  const later: Placed<Item>[] = []
  for (const one of placed) {
    if (seen.has(one.item.id)) later.push(one)
    else first.push(one)
    seen.add(one.item.id)
  }
  return { first, later }
}
