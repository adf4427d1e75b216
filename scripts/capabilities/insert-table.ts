const begin = '<!-- capabilities: written by `npm run capabilities` -->'
const end = '<!-- /capabilities -->'

/**
 * Puts the table between the two markers of a page.
 *
 * @throws {Error} when a marker is missing.
 */
export function insertTable(page: string, table: string): string {
  const start = page.indexOf(begin)
  const stop = page.indexOf(end)
  if (start < 0 || stop < start) throw new Error(`The page has no ${begin} with ${end} below it.`)
  return `${page.slice(0, start + begin.length)}\n\n${table}\n\n${page.slice(stop)}`
}
