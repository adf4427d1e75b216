/** As libpq escapes a literal, whatever `standard_conforming_strings` says. */
export function toLiteral(value: string): string {
  const escaped = value.replaceAll("'", "''")
  return value.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}
