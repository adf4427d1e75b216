import type { PGlite } from '@electric-sql/pglite'

/** A pool of one connection over PGlite, for an app that wants a pool and has no PostgreSQL: whoever comes next waits for the release. */
export function toPool(pglite: PGlite) {
  let free = Promise.resolve()
  return {
    async connect() {
      const before = free
      let release = () => {}
      free = new Promise((resolve) => {
        release = resolve
      })
      await before
      return {
        async query(text: string, values: readonly unknown[] = []) {
          const { rows, affectedRows } = await pglite.query<Record<string, unknown>>(text, [...values])
          return { rows, rowCount: affectedRows ?? rows.length, command: '' }
        },
        release: () => release(),
      }
    },
    async end() {},
  }
}
