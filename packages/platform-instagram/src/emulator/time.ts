/** `2026-09-01T10:15:00+0000`. */
export function toGraphTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, '+0000')
}
