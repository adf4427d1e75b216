/** Tools that run at the vendor and are billed by the use, beside their tokens. */
const meters: readonly (readonly [name: RegExp, meter: string])[] = [
  [/^(web_search|google_search)/, 'web_search'],
  [/^file_search/, 'file_search'],
  [/^code_interpreter/, 'code_interpreter'],
  [/^image_generation/, 'image_generation'],
]

/** The meter of a vendor's tool by its name, `web_search_20260209`; null: it costs no more than its tokens. A meter without a price is refused. */
export function findToolMeter(name: string): string | null {
  return meters.find(([pattern]) => pattern.test(name))?.[1] ?? null
}
